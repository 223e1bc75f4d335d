package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// once is what comes of a file whose orders say day, customer and total in their first line.
type once struct {
	used, orders int
	money        float64
	left         string   // reasons and counts
	products     []string // of all rows that count, in the order of the file
	told         int      // rows that the note counts; 0 = there is no note
}

// shopifyHead are headers of the export, with its column of refunds.
const shopifyHead = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount"

// Further lines of an order get day, customer and status from the line above with the same
// order number, and no money of their own.
func TestOrderSaidOnce(t *testing.T) {
	t.Parallel()
	first := func(n int, status, paid, total, back string) string {
		return fmt.Sprintf("#%d,c%d@x.com,%s,%s,USD,30,3,0,%s,2024-01-02,2,Mug,10.00,%s", n, n, status, paid, total, back)
	}
	more := func(n int, product string) string { return fmt.Sprintf("#%d,,,,,,,,,,1,%s,10.00,", n, product) }
	for name, c := range map[string]struct {
		rows []string
		want once
	}{
		"totals, as Shopify exports them": {
			[]string{shopifyHead, first(1, "paid", "2024-01-02", "33.00", "0.00"), more(1, "Cup"), more(1, "Jar"), first(2, "paid", "2024-01-03", "12.50", "0.00"), first(3, "paid", "2024-01-04", "20.00", "0.00"), more(3, "Cup")},
			once{6, 3, 65.5, "", []string{"Mug", "Cup", "Jar", "Mug", "Mug", "Cup"}, 3},
		},
		"refunded, unpaid and free orders": {
			[]string{
				shopifyHead, first(1, "paid", "2024-01-02", "33.00", "0.00"), more(1, "Cup"), first(2, "refunded", "2024-01-03", "12.50", "12.50"), more(2, "Cup"),
				first(3, "pending", "", "20.00", "0.00"), more(3, "Cup"), first(4, "paid", "2024-01-03", "0.00", "0.00"), more(4, "Jar"), first(5, "partially_refunded", "2024-01-05", "30.00", "10.00"), more(5, "Jar"),
			},
			once{4, 2, 53, "missing_date:2 order_refunded:2 zero_amount:2", []string{"Mug", "Cup", "Mug", "Jar"}, 4},
		},
		"quantity times price where there is no total": {
			[]string{"order_id,customer_id,order_date,product,quantity,unit_price", "1,A,2024-01-02,Mug,2,10.00", "1,,,Cup,1,5.00", "2,B,2024-01-03,Mug,1,10.00", "2,,,Jar,3,2.00"},
			once{4, 2, 41, "", []string{"Mug", "Cup", "Mug", "Jar"}, 2},
		},
		"another order number, and a subtotal": {
			[]string{"order_id,customer_id,order_date,product,amount", "1,A,2024-01-02,Mug,10", "1,,,Cup,5", "1,,,Jar,5", "1,,,合计,20", "2,,,Mug,7", "3,B,2024-01-03,Mug,10"},
			once{4, 2, 30, "missing_customer:1 total_row:1", []string{"Mug", "Cup", "Jar", "Mug"}, 2},
		},
		"no order numbers": {
			[]string{"customer_id,order_date,product,amount", "A,2024-01-02,Mug,10", "A,,Cup,5", "B,2024-01-03,Mug,10", "B,,Jar,5"},
			once{2, 2, 20, "missing_date:2", []string{"Mug", "Mug"}, 0},
		},
		"money of a line that is missing": { // other lines of orders have theirs
			[]string{"order_id,customer_id,order_date,product,amount", "1,A,2024-01-02,Mug,10", "1,A,2024-01-02,Cup,5", "2,B,2024-01-03,Mug,10", "2,B,2024-01-03,Jar,"},
			once{3, 2, 25, "missing_amount:1", []string{"Mug", "Cup", "Mug"}, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(strings.Join(c.rows, "\n")+"\n")), core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, onceOf(r), cmp.AllowUnexported(once{})); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v %v", diff, r.Report.Detected.Mapping, r.Report.Hints)
			}
		})
	}
}

func onceOf(r *ingest.Result) once {
	out := once{used: r.Report.Rows.Used, orders: r.Report.Orders, money: money(r)}
	var left []string
	for _, e := range r.Report.Rows.Excluded {
		left = append(left, fmt.Sprintf("%s:%d", e.Reason, e.Count))
	}
	slices.Sort(left)
	out.left = strings.Join(left, " ")
	for _, l := range r.Transactions.Labels {
		if l.Role == string(core.RoleProduct) {
			for _, c := range l.Codes {
				out.products = append(out.products, l.Dict.At(int(c)))
			}
		}
	}
	for _, h := range r.Report.Hints {
		if n, ok := h.Args["count"].(int); ok && (h.Key == "import.hint.order_once" || h.Key == "import.hint.filled_down") {
			out.told += n
		}
	}
	return out
}
