package ingest_test

import (
	"slices"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// What a file shows of its past is told, with rows and examples.
func TestRemarks(t *testing.T) {
	t.Parallel()
	const head = "order_no,customer,order_date,amount,product\n"
	for name, c := range map[string]struct {
		text string
		key  string
		args core.Args // some of them
	}{
		"replaced characters":        {head + "1,A,2024-01-02,5,x\n2,B,2024-01-03,6,caf\uFFFD\n", "import.hint.garbled", core.Args{"count": 1, "rows": []int{3}}},
		"UTF-8 read as GBK twice":    {head + "1,A,2024-01-02,5,锟斤拷锟斤拷\n2,B,2024-01-03,6,y\n", "import.hint.garbled", core.Args{"count": 1, "rows": []int{2}}},
		"UTF-8 read as Windows-1252": {head + "1,A,2024-01-02,5,cafÃ©\n2,B,2024-01-03,6,ä¸\u00adæ–‡\n", "import.hint.garbled", core.Args{"count": 2, "rows": []int{2, 3}}},
		"rounded identifiers":        {head + "1,1.38E+10,2024-01-02,5,x\n2,1.39E+10,2024-01-03,6,y\n", "import.hint.scientific_ids", core.Args{"count": 2, "column": "customer", "example": "1.38E+10"}},
		"a date with two readings":   {head + "1,A,03/04/2024,5,x\n2,B,01/02/2024,6,y\n3,B,05/02/2024,6,y\n", "import.hint.two_dates", core.Args{"cell": "03/04/2024", "first": core.YMD(2024, 3, 4), "second": core.YMD(2024, 4, 3)}},
		"lines and orders":           {head + "1,A,2024-01-02,5,x\n1,A,2024-01-02,6,y\n2,B,2024-01-03,6,y\n", "import.hint.lines_orders", core.Args{"lines": 3, "orders": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(c.text)), core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(r.Report.Hints, func(m core.Message) bool { return m.Key == c.key })
			if i < 0 {
				t.Fatalf("hints %+v, want %s", r.Report.Hints, c.key)
			}
			for k, want := range c.args {
				got := r.Report.Hints[i].Args[k]
				if rows, ok := want.([]int); ok && slices.Equal(rows, got.([]int)) || !ok && got == want {
					continue
				}
				t.Errorf("%s is %v, want %v", k, got, want)
			}
		})
	}
}

// Good text in many languages is not taken for broken text.
func TestSoundText(t *testing.T) {
	t.Parallel()
	text := "order_no,customer,order_date,amount,product\n"
	for _, p := range []string{"Société « Été »", "naïve café, Ångström", "中文商品（大）", "日本語テスト", "Łódź żółw", "Тест", "¿Qué? «sí»", "à côté", "é\u00a0: x", "Ærø"} {
		text += "1,A,2024-01-02,5,\"" + p + "\"\n"
	}
	r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(text)), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Report.Hints {
		if m.Key == "import.hint.garbled" {
			t.Errorf("%+v", m)
		}
	}
}
