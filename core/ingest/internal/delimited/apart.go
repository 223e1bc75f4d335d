package delimited

import "bytes"

// apart is what is known of rows of numbers with blanks between them.
type apart struct {
	width, rows int
	real        bool // a number has a sign or a point
	threes      bool // all numbers but the first have three digits: they may be one
}

// numbersApart finds rows of numbers with blanks between them, which divide too little to
// win against one column: "3637.39 0.314". The first row may name the columns. Digits in
// threes are one number, and whole numbers may be one that is written in groups.
func numbersApart(in sample, base Dialect) (Finding, bool) {
	d := base
	d.Delim, d.Quote = Blanks, 0
	var r record
	a := apart{threes: true}
	for pos := in.top; pos < len(in.b) && a.rows < sampleRows; {
		d.parse(in.b[pos:], never, &r)
		pos += r.next
		if !empty(r.cells) && !in.remark(&r) && !a.add(r.cells) {
			return Finding{}, false
		}
	}
	return Finding{Dialect: d, Width: a.width, Confidence: 0.7}, a.rows > 2 && a.real && !a.threes
}

// add looks at a row; it reports whether the rows may still be numbers.
func (a *apart) add(cells [][]byte) bool {
	if a.rows++; a.rows == 1 {
		a.width = len(cells)
	}
	if len(cells) != a.width || a.width < 2 {
		return false
	}
	for i, c := range cells {
		switch {
		case isNumber(c):
			a.real = a.real || bytes.IndexByte(c, '.') > 0 || c[0] == '-'
			whole, _, _ := bytes.Cut(c, []byte{'.'})
			a.threes = a.threes && (i == 0 || len(whole) == 3)
		case a.rows > 1:
			return false
		}
	}
	return true
}
