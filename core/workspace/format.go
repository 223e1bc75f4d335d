package workspace

import (
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// compareFormat tells in words where a file is made otherwise than the source that it
// resembles: last month's export of the same system.
func (m *merging) compareFormat(res *ingest.Result) {
	old := m.resembled(res)
	if old == nil {
		return
	}
	was, now := old.Report.Detected, res.Report.Detected
	renamed := map[string]bool{}
	for _, role := range roles(now.Mapping) {
		from, to := was.Mapping[role], now.Mapping[role]
		if from == "" || from == to || hasColumn(now, from) || hasColumn(was, to) {
			continue
		}
		renamed[from], renamed[to] = true, true
		m.hint("import.hint.format_renamed", core.Args{"from": from, "to": to, "file": old.Name})
	}
	if gone := columnsWithout(was, now, renamed); len(gone) > 0 {
		m.hint("import.hint.format_gone", core.Args{"columns": gone, "file": old.Name})
	}
	if fresh := columnsWithout(now, was, renamed); len(fresh) > 0 {
		m.hint("import.hint.format_new", core.Args{"columns": fresh, "file": old.Name})
	}
	m.compareWriting(old.Name, was, now)
	m.compareUnit(old, res)
}

// compareWriting tells of dates and letters that are written otherwise.
func (m *merging) compareWriting(file string, was, now core.Detected) {
	if was.DateOrder != now.DateOrder && was.DateOrder != "" && now.DateOrder != "" {
		m.hint("import.hint.format_dates", core.Args{"from": string(was.DateOrder), "to": string(now.DateOrder), "file": file})
	}
	if was.Encoding != now.Encoding && was.Encoding != "" && now.Encoding != "" && (was.Sheet == "") == (now.Sheet == "") {
		m.hint("import.hint.format_encoding", core.Args{"from": was.Encoding, "to": now.Encoding, "file": file})
	}
}

// resembled returns the latest source of the same kind with most of the columns, nil
// where there is none.
func (m *merging) resembled(res *ingest.Result) *core.Source {
	now := res.Report.Detected
	for i, s := range slices.Backward(m.sources) {
		if s.Kind != now.Kind {
			continue
		}
		if s.Fingerprint == res.Fingerprint {
			return nil
		}
		both := len(now.Columns) - len(columnsWithout(now, s.Report.Detected, nil))
		if 2*both >= len(now.Columns) && 2*both >= len(s.Report.Detected.Columns) && both > 0 {
			return &m.sources[i]
		}
	}
	return nil
}

func hasColumn(d core.Detected, name string) bool {
	return slices.ContainsFunc(d.Columns, func(c core.DetectedColumn) bool { return c.Name == name })
}

// columnsWithout lists the columns of a that b does not have.
func columnsWithout(a, b core.Detected, but map[string]bool) []string {
	var out []string
	for _, c := range a.Columns {
		if !but[c.Name] && !hasColumn(b, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

// compareUnit tells of amounts that are so much larger or smaller that they may be in another
// unit: in cents, or in ten thousands.
func (m *merging) compareUnit(old *core.Source, res *ingest.Result) {
	const least, far = 20, 30.0
	was, now := old.Report, res.Report
	if was.Lines < least || now.Lines < least || was.Amount <= 0 || now.Amount <= 0 {
		return
	}
	ratio := now.Amount / float64(now.Lines) / (was.Amount / float64(was.Lines))
	switch {
	case ratio >= far:
		m.hint("import.hint.format_larger", core.Args{"times": int(math.Round(ratio)), "file": old.Name})
	case ratio <= 1/far:
		m.hint("import.hint.format_smaller", core.Args{"times": int(math.Round(1 / ratio)), "file": old.Name})
	}
}

// numbered tells of customers of the file whose numbers are also those of rows of nobody in
// an earlier file, which were only counted.
func (m *merging) numbered(res *ingest.Result) {
	keys := keysOf(res)
	if a := res.Attributes; a != nil && keys == nil {
		if n := among(a.Customers, m.others(false)); n > 0 {
			m.hint("import.hint.row_numbers_meet", core.Args{"count": n})
		}
	}
	for _, s := range m.sources {
		if !ofRecords(s.Kind) || s.Report.Detected.Mapping[core.RoleCustomer] != "" || keys.Len() == 0 {
			continue
		}
		own := map[string]bool{}
		for _, r := range m.records {
			for i := range r.Customers.Len() {
				if k := r.Customers.At(i); r.Kind == s.Kind && counted(k) {
					own[k] = true
				}
			}
		}
		if n := among(keys, own); n > 0 {
			m.hint("import.hint.numbers_meet", core.Args{"count": n, "file": s.Name})
			return
		}
	}
}

// among counts the entries of a dictionary that are in a set.
func among(d *core.Dict, set map[string]bool) (n int) {
	for i := range d.Len() {
		if set[d.At(i)] {
			n++
		}
	}
	return n
}

// counted reports whether a key could be the number of a row.
func counted(key string) bool {
	n, err := strconv.Atoi(key)
	return err == nil && n > 0 && strconv.Itoa(n) == key
}
