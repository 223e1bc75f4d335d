package ingest

import (
	"bytes"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
)

// remarks are what the whole of a table shows that a person should look at.
func (r *Result) remarks(l *layout) []core.Message {
	tx := r.Transactions
	if tx == nil {
		return nil
	}
	var out []core.Message
	for _, k := range []struct {
		role core.Role
		dict *core.Dict
	}{{core.RoleCustomer, tx.Customers}, {core.RoleOrder, tx.Orders}} {
		if n, example := rounded(k.dict); n > 0 {
			out = append(out, core.Message{Key: "import.hint.scientific_ids", Args: core.Args{"column": r.Report.Detected.Mapping[k.role], "count": n, "example": example}})
		}
	}
	if n, example := masked(tx.Customers); n > 0 {
		out = append(out, core.Message{Key: "import.hint.masked_customers", Args: core.Args{"column": r.Report.Detected.Mapping[core.RoleCustomer], "count": n, "example": example}})
	}
	if rep := r.Report; !l.grainFixed && rep.Orders > 0 && rep.Orders != rep.Lines {
		out = append(out, core.Message{Key: "import.hint.lines_orders", Args: core.Args{"lines": rep.Lines, "orders": rep.Orders}})
	}
	return out
}

// rounded counts identifiers that a spreadsheet wrote as 1.38E+10: their last digits are
// lost.
func rounded(d *core.Dict) (n int, example string) {
	if d == nil || bytes.IndexByte(d.Heap, '+') < 0 && !strings.Contains(d.Prefix, "+") {
		return 0, ""
	}
	for i := range d.Len() {
		if s := d.At(i); scientific(s) {
			if n++; n == 1 {
				example = s
			}
		}
	}
	return n, example
}

// scientific reports 1.38E+10.
func scientific(s string) bool {
	at := -1
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '.' && i == 1:
		case (c == 'E' || c == 'e') && i > 0 && at < 0 && i+2 < len(s) && s[i+1] == '+':
			at = i
		case c == '+' && i == at+1 && at > 0:
		default:
			return false
		}
	}
	return at > 0
}

// twoReadings finds a date that reads as two days, and both of them.
func twoReadings(body [][]string, col int, order core.DateOrder) (cell string, first, second core.Date) {
	other := core.DateDMY
	if order == core.DateDMY {
		other = core.DateMDY
	}
	for _, r := range body {
		if col >= len(r) {
			continue
		}
		a, ok := day.Parse([]byte(r[col]), day.Style{Order: order})
		b, ok2 := day.Parse([]byte(r[col]), day.Style{Order: other})
		if ok && ok2 && a.Day != b.Day {
			return r[col], a.Day, b.Day
		}
	}
	return "", core.NoDate, core.NoDate
}
