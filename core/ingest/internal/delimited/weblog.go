package delimited

import (
	"bytes"
	"strings"
)

// logLines finds the log of a web server: in the common or the combined format of NCSA
// (host, identity, user, [time], "request", status, bytes and what follows), or in the
// extended format of the W3C, which names its fields.
func logLines(in sample, base Dialect) (Finding, bool) {
	d := base
	d.Delim, d.Quote = WebLog, 0
	if names := fieldNames(in.b); len(names) > 1 {
		f := Finding{Dialect: d, Width: len(names), Confidence: 0.97, Names: names}
		w := weigh(in, d)
		return f, w.width == f.Width && w.rows-w.same <= w.rows/10
	}
	if !bytes.Contains(in.b, []byte("] \"")) {
		return Finding{}, false
	}
	lines := in.lines(&base)
	count, fit, when := map[int]int{}, 0, 0
	var r record
	for _, l := range lines {
		r = record{cells: r.cells[:0]}
		d.logged(l, &r)
		if i := timeOf(&r); i > 0 {
			fit++
			when = max(when, i)
			count[len(r.cells)]++
		}
	}
	if fit == 0 || fit*10 < len(lines)*9 {
		return Finding{}, false
	}
	width := 0
	for w, n := range count {
		if n > count[width] || n == count[width] && w > width {
			width = w
		}
	}
	return Finding{Dialect: d, Width: width, Confidence: 0.97, Names: logNames(width, when)}, true
}

// timeOf returns where the time of a request stands in a record that has a status behind
// the request, 0 where it is none.
func timeOf(r *record) int {
	for i, c := range r.cells[:min(len(r.cells), 8)] {
		if len(c) < 20 || c[2] != '/' || c[6] != '/' || c[11] != ':' || !digits(c[7:11]) {
			continue
		}
		if i+2 < len(r.cells) && len(r.cells[i+2]) == 3 && digits(r.cells[i+2]) {
			return i
		}
		return 0
	}
	return 0
}

// logNames names the columns of a log whose time stands at a place: before it are the
// user, the identity, the host and that of the server, behind it the request.
func logNames(width, when int) []string {
	before := [...]string{"user", "ident", "host", "server"}
	after := [...]string{"time", "request", "status", "bytes", "referer", "user_agent"}
	out := make([]string, width)
	for i := range out {
		switch {
		case when == 1 && i == 0:
			out[i] = "host"
		case i < when && when-1-i < len(before):
			out[i] = before[when-1-i]
		case i >= when && i-when < len(after):
			out[i] = after[i-when]
		}
	}
	return out
}

// fieldNames reads the names in the line that begins with "#Fields:".
func fieldNames(b []byte) []string {
	for n := 0; n < 10 && bytes.HasPrefix(b, []byte("#")); n++ {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		if names, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			return strings.Fields(string(names))
		}
		b = rest
	}
	return nil
}
