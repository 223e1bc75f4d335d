package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// contactsOf reads a table of purchases: the contacts by customer, in the order of the columns.
func contactsOf(t *testing.T, text string) map[string]string {
	t.Helper()
	r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(text)), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if r.Contacts == nil {
		return nil
	}
	out := map[string]string{}
	for i, c := range r.Contacts.Customer {
		var cells []string
		for _, col := range r.Contacts.Columns {
			cell := ""
			if col.Codes[i] != core.NoCode {
				cell = col.Dict[col.Codes[i]]
			}
			cells = append(cells, cell)
		}
		out[r.Contacts.Customers.At(int(c))] = strings.Join(cells, "|")
	}
	return out
}

// Of each customer the most frequent value stays, of equally frequent ones that of the
// latest day; rows that do not count say nothing of those who have no other, and words for
// "missing" are no values. The order of the rows does not matter.
func TestContactsOfPurchases(t *testing.T) {
	t.Parallel()
	rows := []string{
		"O1,C1,2026-01-01,10,张伟,13912340001,完成",
		"O2,C1,2026-01-02,10,李代收,15900001111,完成",
		"O3,C1,2026-01-03,10,张伟,13912340001,完成",
		"O4,C2,2026-01-01,10,王芳,18612340001,完成",
		"O5,C2,2026-01-09,10,王芳,18612349999,完成",
		"O6,C3,2026-01-05,10,刘洋,-,完成",
		"O7,C4,2026-01-05,10,陈静,17712340007,已取消",
		"O8,C5,2026-01-05,10,,13512340005,完成",
	}
	want := map[string]string{"C1": "张伟|13912340001", "C2": "王芳|18612349999", "C3": "刘洋|", "C5": "|13512340005"}
	for _, order := range [][]int{{0, 1, 2, 3, 4, 5, 6, 7}, {7, 4, 3, 6, 1, 2, 5, 0}} {
		text := "订单号,会员号,下单日期,实付金额,收货人,手机号,订单状态\n"
		for _, i := range order {
			text += rows[i] + "\n"
		}
		if d := cmp.Diff(want, contactsOf(t, text)); d != "" {
			t.Errorf("rows %v (-want +got):\n%s", order, d)
		}
	}
}

// A table that says nothing of who bought has no contacts and keeps its fast way; nor is a
// column that fills a role one.
func TestNoContacts(t *testing.T) {
	t.Parallel()
	text := "order_id,customer,date,amount,product\n"
	byPhone := "订单号,手机号,下单日期,实付金额\n"
	for i := range 40 {
		text += fmt.Sprintf("O%d,C%d,2026-01-%02d,10,tea\n", i, i%7, i%28+1)
		byPhone += fmt.Sprintf("O%d,139%08d,2026-01-%02d,10\n", i, 12345678*(i%7+1), i%28+1)
	}
	if got := contactsOf(t, text); got != nil {
		t.Errorf("contacts: %v", got)
	}
	if got := contactsOf(t, byPhone); got != nil {
		t.Errorf("the code as a contact: %v", got)
	}
}

// A later file says more, and other things.
func TestMergeContacts(t *testing.T) {
	t.Parallel()
	records := func(keys []string, phone ...string) *core.Records {
		r := &core.Records{Kind: core.SourceContacts, Customers: &core.Dict{}}
		col := core.AttributeColumn{Name: "phone", Dict: phone}
		for i, k := range keys {
			r.Customers.AppendString(k)
			r.Customer = append(r.Customer, uint32(i))
			col.Codes = append(col.Codes, uint32(i))
		}
		r.Columns = []core.AttributeColumn{col}
		return r
	}
	m := ingest.MergeContacts(records([]string{"A", "B"}, "1", "2"), records([]string{"B", "C"}, "9", "3"))
	got := map[string]string{}
	for i, c := range m.Customer {
		got[m.Customers.At(int(c))] = m.Columns[0].Dict[m.Columns[0].Codes[i]]
	}
	if d := cmp.Diff(map[string]string{"A": "1", "B": "9", "C": "3"}, got); d != "" {
		t.Error(d)
	}
	if old := records([]string{"A"}, "1"); ingest.MergeContacts(old, nil) != old || ingest.MergeContacts(nil, old) != old {
		t.Error("one side alone is changed")
	}
}
