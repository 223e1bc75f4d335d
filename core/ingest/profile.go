package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
)

// profile is what the sample shows of one column.
type profile struct {
	name     string
	n        int // cells that are not missing
	empty    int
	number   int
	comma    int // numbers that only a decimal comma explains
	integer  int
	negative int
	floatID  int // digits and ".0"
	padded   int // leading zeros
	serial   int // could be a day of a spreadsheet calendar
	late     int // … since 1954
	unix     int // could be seconds since 1970
	dates    [3]int
	named    int // dates whose order is beyond doubt: a year of four digits first, or a month's name
	width    int // longest cell in bytes
	distinct map[string]int
	repeats  int // cells equal to the one above
	clocks   int // times of day
	last     string
	shown    []string // to package privacy
}

var orders = [...]core.DateOrder{core.DateYMD, core.DateDMY, core.DateMDY}

// add takes one cell into account.
func (p *profile) add(cell string) {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && cell[0] == '`' {
		cell = cell[1:]
	}
	if isMissing(cell) {
		p.empty++
		return
	}
	p.n++
	p.width = max(p.width, len(cell))
	p.show(cell)
	if len(p.distinct) < 20000 {
		p.distinct[cell]++
	}
	if cell == p.last {
		p.repeats++
	}
	p.last = cell
	if clockLike(cell) {
		p.clocks++
	}
	b := []byte(cell)
	p.addNumber(b)
	p.addDate(b)
}

func (p *profile) addNumber(b []byte) {
	d, ok := num.Parse(b, num.Style{})
	if !ok {
		if _, ok := num.Parse(b, num.Style{Comma: true}); ok {
			p.number++
			p.comma++
		} else if _, ok := num.Float(b, num.Style{}); ok { // too large or too fine for money
			p.number++
		}
		return
	}
	p.number++
	if i := bytes.LastIndexByte(b, ','); i >= 0 && bytes.IndexByte(b, '.') < i && decimals(b[i+1:]) != 3 {
		p.comma++
	}
	p.addShape(b, d)
}

// addShape notes what kind of number a cell holds.
func (p *profile) addShape(b []byte, d num.Decimal) {
	if d.M < 0 {
		p.negative++
	}
	p.addCalendar(d)
	if h, ok := bytes.CutSuffix(b, []byte(".0")); ok && len(h) > 0 && digitsOnly(h) {
		p.floatID++
	}
	if len(b) > 1 && b[0] == '0' && digitsOnly(b) {
		p.padded++
	}
}

// addCalendar notes numbers that may be dates: spreadsheets and programs count days and
// seconds.
func (p *profile) addCalendar(d num.Decimal) {
	if d.Scale == 0 {
		p.integer++
		if d.M >= 10000 && d.M <= 80000 {
			p.serial++
		}
		if d.M >= 20000 && d.M <= 80000 {
			p.late++
		}
		if epoch(d.M) {
			p.unix++
		}
	} else if f := d.Float(); f >= 10000 && f <= 80000 {
		p.serial++
		if f >= 20000 {
			p.late++
		}
	}
}

// epoch reports numbers that may be seconds or milliseconds since 1970.
func epoch(v int64) bool { return v >= 3e8 && v < 5e9 || v >= 3e11 && v < 5e12 }

// decimals counts the digits at the start of b.
func decimals(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

func digitsOnly(b []byte) bool { return len(b) > 0 && decimals(b) == len(b) }

func (p *profile) addDate(b []byte) {
	var days [3]core.Date
	all := true
	for i, o := range orders {
		st, ok := day.Parse(b, day.Style{Order: o})
		if ok {
			p.dates[i]++
			days[i] = st.Day
		}
		all = all && ok
	}
	if all && days[0] == days[1] && days[1] == days[2] {
		p.named++
	}
}

func (p *profile) share(k int) float64 {
	if p.n == 0 {
		return 0
	}
	return float64(k) / float64(p.n)
}

// dateShare is the share of cells that the best date order explains.
func (p *profile) dateShare() float64 { return p.share(max(p.dates[0], p.dates[1], p.dates[2])) }

// mixedDates reports a column in which some dates are written out and others are days of a
// spreadsheet calendar: cells of a workbook that were typed as text among those that were
// not.
func (p *profile) mixedDates() bool {
	written := max(p.dates[0], p.dates[1], p.dates[2])
	return p.late > 0 && p.late == p.number && written > 0 && p.share(written+p.late) >= 0.8
}

// unique is the share of distinct cells.
func (p *profile) unique() float64 { return p.share(len(p.distinct)) }

// kind is the type of the column as the user is told.
func (p *profile) kind() string {
	switch {
	case p.n == 0:
		return "empty"
	case p.dateShare() >= 0.8:
		return "date"
	case p.share(p.number) >= 0.9:
		return p.numberKind()
	case p.unique() > 0.95 && p.n >= 30 && p.width <= 40:
		return "id"
	case len(p.distinct) <= 50 || p.unique() < 0.2:
		return "category"
	}
	return "text"
}

// certainty is the share of the cells that the kind explains.
func (p *profile) certainty() float64 {
	switch p.kind() {
	case "empty":
		return 1
	case "date":
		return p.dateShare()
	case "number":
		return p.share(p.number)
	}
	return 0.8
}

// numberKind tells identifiers from numbers: leading zeros, or long whole numbers that
// never come twice.
func (p *profile) numberKind() string {
	whole := p.floatID+p.integer == p.n
	if p.padded > 0 || whole && (p.width > 16 || p.unique() > 0.98 && p.n >= 30 && p.width >= 4) {
		return "id"
	}
	return "number"
}

// style returns how the column writes numbers.
func (p *profile) style() num.Style { return num.Style{Comma: p.comma > 0} }

// stripFloat reports whether all cells are whole numbers written as 17850.0.
func (p *profile) stripFloat() bool { return p.n > 0 && p.floatID == p.n }

// profiles looks at the columns of a sample.
func profiles(names []string, rows [][]string) []*profile {
	out := make([]*profile, len(names))
	for i, n := range names {
		out[i] = &profile{name: n, distinct: map[string]int{}}
	}
	for _, r := range rows {
		for c, p := range out {
			if c < len(r) {
				p.add(r[c])
			} else {
				p.empty++
			}
		}
	}
	return out
}

// letter names a column as spreadsheets do: A … Z, AA …
func letter(c int) string {
	s := ""
	for c++; c > 0; c = (c - 1) / 26 {
		s = string(rune('A'+(c-1)%26)) + s
	}
	return s
}

// columnNames makes the headers usable as names: none empty, none twice, and fit to be shown.
func columnNames(header []string, width int) []string {
	out := make([]string, width)
	seen := map[string]bool{}
	for i := range out {
		name := ""
		if i < len(header) {
			name = strings.Join(strings.Fields(strings.Trim(header[i], "\uFEFF \"")), " ")
		}
		if utf8.ValidString(name) {
			name = strings.TrimSpace(core.Label(name))
		} else {
			name = ""
		}
		if name == "" {
			name = letter(i)
		}
		base := name
		for n := 2; seen[name]; n++ {
			name = base + " " + string(rune('0'+n%10))
			if n > 9 {
				name = base + " " + letter(i)
			}
		}
		seen[name] = true
		out[i] = name
	}
	return out
}
