package database_test

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/database"
	"qunxiang/internal/golden"
)

// The statements for the two databases that no test has for real, as text, against a
// server that answers the questions before them. Change them knowingly.
func TestStatementsOfClickHouseAndTrino(t *testing.T) {
	t.Parallel()
	names := []string{"customer", "ordered_at", "order_no", "product", "qty", "amount", "status"}
	first := [][]any{
		{"ann", "2024-03-01 10:00:00", "1", "tea", 2, "20.50", "done"},
		{"ann", "2024-03-01 10:00:00", "1", "cup", 1, "30", "done"},
		{"bea", "2024-03-05 09:00:00", "3", "cup", 1, "30", "paid"},
		{"bea", "2024-03-06 09:00:00", "3", "cup", -1, "-30", "refunded"},
	}
	answer := func(types []string) func(sql string) table {
		return func(sql string) table {
			text := func(n int) []string { return strings.Split("a b c d e f g h i j k l m n"[:2*n-1], " ") }
			switch {
			case sql == "SELECT 1":
				return one
			case strings.Contains(sql, "WHERE 1 = 0"):
				return table{names, types, nil}
			case strings.HasSuffix(sql, "LIMIT 1000"):
				return table{names, types, first}
			case strings.Contains(sql, "GROUP BY nullif(qx_status"):
				return table{text(2), []string{"String", "UInt64"}, [][]any{{"done", 2}, {"paid", 1}, {"refunded", 1}, {"it's off \\ cancelled", 0}, {nil, 0}}}
			case strings.Contains(sql, "GROUP BY r ORDER BY r"):
				return table{text(4), []string{"String", "UInt64", "UInt64", "UInt64"}, [][]any{{"", 4, 1, 2}}}
			case strings.Contains(sql, "k NOT IN (SELECT k FROM t"):
				return table{text(1), []string{"UInt64"}, [][]any{{0}}}
			case strings.Contains(sql, "AS d FROM u"):
				return table{text(1), []string{"String"}, [][]any{{"2024-03-01"}, {"2024-03-05"}, {"1899-01-01"}}}
			case strings.HasPrefix(sql, "WITH") && strings.Contains(sql, "AS w FROM u"):
				return table{text(1), []string{"String"}, [][]any{{"TEST-1"}, {"Testarossa"}}}
			}
			return table{text(7), []string{"String", "String", "String", "UInt64", "UInt64", "Decimal(38, 2)", "String"}, [][]any{{"ann", "2024-03-01", "2024-03-01", 1, 1, "50.5", "2024-03-01"}}}
		}
	}
	click, _ := clickhouse(t, func(sql string) (table, string) {
		return answer([]string{"String", "DateTime('UTC')", "String", "LowCardinality(String)", "Int32", "Nullable(Decimal(10, 2))", "String"})(sql), ""
	})
	tr, _ := trino(t, func(sql string) (table, map[string]any) {
		return answer([]string{"varchar", "timestamp(3) with time zone", "varchar", "varchar(20)", "integer", "double", "varchar"})(sql), nil
	})
	for name, url := range map[string]string{"clickhouse": click, "trino": tr} {
		password := "geheim"
		if name == "trino" {
			password = ""
		}
		for _, policy := range []core.RefundPolicy{core.RefundNet, core.RefundDrop} {
			a, err := database.Reader{}.Aggregate(t.Context(), core.Database{URL: url, Table: "db.orders"}, password, core.ImportOptions{Refunds: policy}, core.NoDate, true, core.NoProgress)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			golden.Text(t, "testdata/"+name+"_"+string(policy)+".sql", a.Statement+"\n")
		}
	}
}
