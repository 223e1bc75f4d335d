package ingest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
)

// layout is how the rows of a table are read: what was found in a sample, with the
// user's choices over it.
type layout struct {
	det     core.Detected
	names   []string // of the columns, all different
	header  int      // index of the header in the sample's rows, −1 = none
	kind    core.SourceKind
	roles   map[core.Role]int
	dates   day.Style
	numbers []num.Style // by column
	strip   []bool      // by column: identifiers written as 17850.0
	text    []bool      // by column: never a number
	hints   []core.Message

	units    []int // by column: powers of ten of another unit of money
	down     []int // columns that only the first line of an order has …
	downNeed int   // … of which so many must be empty together

	once      bool // down is by order number, see setOnce …
	onceMoney bool // … and the money is in it

	attributes []string // of customers: the columns' names in the project
	aside      []int    // columns that only say why rows were rejected
	remarks    bool     // rows may be remarks

	asked           bool // the user said what the file holds
	grainFixed      bool // … and what a row is
	encodingGuessed bool // and bytes that contradict it are a reason to look again
}

// interpret finds the layout from a sample: the first rows of the table, and more rows
// from all over it (extra) as evidence for types.
func interpret(rows, extra [][]string, o core.ImportOptions) (*layout, error) {
	l := &layout{}
	l.det.Confidence = map[string]float64{}
	width := tableWidth(rows)
	if width == 0 {
		return nil, dataError("no_rows", core.Where{})
	}
	if err := l.setHeader(rows, width, o); err != nil {
		return nil, err
	}
	var header []string
	if l.header >= 0 {
		header = rows[l.header]
		if namesRows(header, rows[l.header+1:], width) {
			header = append([]string{""}, header...) // row names without a header, as R writes them
		}
		width = max(width, lastFilled(header))
	}
	l.names = columnNames(l.openNames(rows, header), width)
	l.above(rows)
	body := slices.Concat(rows[l.header+1:], extra)
	ps := profiles(l.names, body[:min(len(body), max(60, maxProfiled/width))])
	l.setAside(ps)
	if err := l.setRoles(ps, body, o); err != nil {
		return nil, err
	}
	if p := findPreset(l.names); p != nil && l.header >= 0 {
		l.det.Preset = p.id
		l.hints = append(l.hints, core.Message{Key: "import.hint.preset", Args: core.Args{"preset": core.Message{Key: "preset." + p.id}}})
	}
	l.numbers, l.strip = make([]num.Style, width), make([]bool, width)
	for i, p := range ps {
		l.numbers[i], l.strip[i] = p.style(), p.stripFloat()
	}
	l.setDates(ps, body, o)
	if l.kind == core.SourceTransactions {
		l.setUnits(rows, body)
		l.setDown(body)
		l.second(ps, body, o)
		l.setOnce(body)
		l.notice(ps, body)
	}
	l.describe(ps)
	return l, nil
}

// setHeader takes the user's header or finds it.
func (l *layout) setHeader(rows [][]string, width int, o core.ImportOptions) error {
	conf := 1.0
	switch {
	case o.HeaderRow < 0:
		l.header = -1
	case o.HeaderRow > 0:
		l.header = o.HeaderRow - 1
		if l.header >= len(rows) {
			return userError("header_row_outside", "header-row", core.Args{"rows": len(rows)})
		}
	default:
		top := remarkRows(rows)
		l.remarks = top > 0
		if l.header, conf = headerIndex(rows[top:], width); l.header >= 0 {
			l.header += top
		}
		if l.header < 0 || knownHeaders(rows[l.header]) < 2 {
			l.header, conf = l.shaped(rows, width, conf)
		}
	}
	l.det.Confidence["headerRow"] = conf
	return nil
}

// shaped asks how the rows look where their headers are not known; what is known goes
// before that.
func (l *layout) shaped(rows [][]string, width int, conf float64) (header int, confidence float64) {
	s := findShape(rows, width, 0)
	switch {
	case s.headers == 0 && l.header < 0, s.headers > 0 && s.first+s.headers-1 == l.header:
		return l.header, max(conf, s.confidence)
	case l.header >= 0 && knownHeaders(rows[l.header]) > 0:
		return l.header, conf
	case s.headers == 0:
		return -1, s.confidence
	}
	return s.first + s.headers - 1, s.confidence
}

// openNames fills the cells that the header leaves empty with those above it, where the
// row above is part of a header of two rows.
func (l *layout) openNames(rows [][]string, header []string) []string {
	if l.header < 1 || len(header) == 0 {
		return header
	}
	up := rows[l.header-1]
	if filledCells(up) < 2 || len(up) > len(header) {
		return header
	}
	out := slices.Clone(header)
	for c := range out {
		if strings.TrimSpace(out[c]) == "" && c < len(up) {
			out[c] = up[c]
		}
	}
	return out
}

// above tells what stands above the header and is not read.
func (l *layout) above(rows [][]string) {
	n, text := 0, ""
	for _, r := range rows[:max(0, l.header)] {
		if filledCells(r) == 0 {
			continue
		}
		if n++; n == 1 {
			text = strings.TrimSpace(strings.Join(strings.Fields(strings.Join(r, " ")), " "))
		}
	}
	if n == 0 {
		return
	}
	if t := []rune(text); len(t) > 40 {
		text = string(t[:40]) + "…"
	}
	l.hints = append(l.hints, core.Message{Key: "import.hint.above_header", Args: core.Args{"count": n, "text": text}})
}

// tableWidth is the number of columns that most rows fill, weighed towards the wider.
func tableWidth(rows [][]string) int {
	count := map[int]int{}
	for _, r := range rows {
		if n := lastFilled(r); n > 0 {
			count[len(r)]++
		}
	}
	best, width := 0, 0
	for _, w := range slices.Sorted(maps.Keys(count)) {
		if count[w] >= best {
			best, width = count[w], w
		}
	}
	return width
}

// lastFilled is the number of cells up to the last one with text.
func lastFilled(r []string) int {
	for i := len(r); i > 0; i-- {
		if strings.TrimSpace(r[i-1]) != "" {
			return i
		}
	}
	return 0
}

// maxProfiled is how many cells of the sample are looked at.
const maxProfiled = 100_000

// headerRows is how far down a header is looked for.
const headerRows = 30

// headerIndex finds the row of column names, −1 where the table begins with data.
func headerIndex(rows [][]string, width int) (int, float64) {
	best, bestScore := -1, 0.0
	for i, r := range rows[:min(len(rows), headerRows)] {
		filled, values, known := headerEvidence(r)
		if filled == 0 {
			continue
		}
		if filled >= max(2, (width+1)/2) || width == 1 || known >= 3 {
			if values == 0 || values*5 <= filled && known > filled/3 {
				score := float64(filled)/float64(width) + 2*float64(known)/float64(width)
				if score > bestScore+0.2 {
					best, bestScore = i, score
				}
				continue
			}
			break // the first row of data ends the search
		}
	}
	if best < 0 {
		return -1, 0.8
	}
	if bestScore < 1.2 && !differs(rows, best) {
		return best, 0.6
	}
	return best, min(0.99, 0.8+bestScore/10)
}

// headerEvidence counts the cells with text, those that are numbers or dates, and
// those that are known as headers.
func headerEvidence(r []string) (filled, values, known int) {
	for _, c := range r {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		filled++
		if s := headerScore(c); len(s) > 0 {
			known++
			continue
		}
		if isMissing(c) {
			continue
		}
		if _, ok := num.Parse([]byte(c), num.Style{}); ok {
			values++
		} else if _, ok := day.Parse([]byte(c), day.Style{Order: core.DateDMY}); ok {
			values++
		}
	}
	return filled, values, known
}

// differs reports whether a column under the header holds numbers or dates.
func differs(rows [][]string, header int) bool {
	for _, r := range rows[header+1 : min(len(rows), header+20)] {
		if _, values, _ := headerEvidence(r); values > 0 {
			return true
		}
	}
	return false
}

// column finds the column that a user means by its header or letter.
func (l *layout) column(name string) (int, bool) {
	if i := slices.Index(l.names, strings.TrimSpace(name)); i >= 0 {
		return i, true
	}
	for i, n := range l.names {
		if strings.EqualFold(n, strings.TrimSpace(name)) {
			return i, true
		}
	}
	for i, n := range l.names {
		if f := fold(n); f != "" && f == fold(name) {
			return i, true
		}
	}
	for i := range l.names {
		if l.header < 0 && (strings.EqualFold(letter(i), name) || strconv.Itoa(i+1) == name) {
			return i, true
		}
	}
	return 0, false
}

// fixedRoles are the roles that the user mapped.
func (l *layout) fixedRoles(o core.ImportOptions) (map[core.Role]int, error) {
	fixed := map[core.Role]int{}
	for _, r := range slices.Sorted(maps.Keys(o.Map)) {
		if o.Map[r] == "" {
			continue
		}
		c, ok := l.column(o.Map[r])
		if !ok {
			return nil, userError("no_such_column", "map", core.Args{"column": o.Map[r], "columns": l.names})
		}
		fixed[r] = c
	}
	return fixed, nil
}

// setDates decides the order of day and month, or that numbers are dates.
func (l *layout) setDates(ps []*profile, body [][]string, o core.ImportOptions) {
	c, ok := l.roles[core.RoleDate]
	if !ok || l.kind == core.SourceCustomers {
		return
	}
	p := ps[c]
	var conf float64
	switch {
	case p.dateShare() < 0.5 && p.share(p.serial) > 0.8 && !p.mixedDates():
		l.dates.Serial, conf = 1900, 0.9
		l.det.DateOrder = core.DateYMD
	case p.dateShare() < 0.5 && p.share(p.unix) > 0.8:
		l.dates.Unix, conf = true, 0.9
		l.det.DateOrder = core.DateYMD
	default:
		l.det.DateOrder, conf = dateOrder(p, c, body)
		if p.mixedDates() {
			l.dates.Serial = 1900
			l.hints = append(l.hints, core.Message{Key: "import.hint.mixed_serials", Args: core.Args{"column": p.name, "count": p.late, "rows": p.n}})
		}
	}
	if o.DateOrder != "" {
		l.det.DateOrder, conf = o.DateOrder, 1
	}
	if conf < 0.7 {
		args := core.Args{"column": p.name, "order": string(l.det.DateOrder)}
		if cell, first, second := twoReadings(body, c, l.det.DateOrder); cell != "" {
			l.hints = append(l.hints, core.Message{Key: "import.hint.two_dates", Args: core.Args{"column": p.name, "cell": cell, "first": first, "second": second, "order": string(l.det.DateOrder)}})
		} else {
			l.hints = append(l.hints, core.Message{Key: "import.hint.ambiguous_dates", Args: args})
		}
	}
	l.dates.Order = l.det.DateOrder
	l.det.Confidence["dateOrder"] = conf
}

// dateOrder weighs the readings of a column of dates.
func dateOrder(p *profile, col int, body [][]string) (core.DateOrder, float64) {
	y, d, m := p.dates[0], p.dates[1], p.dates[2]
	switch {
	case p.n == 0:
		return core.DateYMD, 0
	case p.named > 0 && p.named*10 >= max(y, d, m)*9 || y > d && y > m:
		return core.DateYMD, 0.99
	case d > m:
		return core.DateDMY, min(0.99, 0.7+float64(d-m)/float64(p.n)*10)
	case m > d:
		return core.DateMDY, min(0.99, 0.7+float64(m-d)/float64(p.n)*10)
	}
	td, tm := turns(body, col, core.DateDMY), turns(body, col, core.DateMDY)
	switch {
	case td*2 < tm:
		return core.DateDMY, 0.8
	case tm*2 < td:
		return core.DateMDY, 0.8
	}
	for c := range p.distinct {
		if !strings.Contains(c, "/") {
			return core.DateDMY, 0.55 // with points or hyphens the day comes first nearly everywhere
		}
	}
	return core.DateMDY, 0.5
}

// turns counts how often the dates of a column change between rising and falling: the
// right order of a sorted file has the fewest.
func turns(body [][]string, col int, o core.DateOrder) int {
	n, dir := 0, 0
	last := core.NoDate
	for _, r := range body {
		if col >= len(r) {
			continue
		}
		st, ok := day.Parse([]byte(r[col]), day.Style{Order: o})
		if !ok {
			continue
		}
		d := 0
		switch {
		case last == core.NoDate || st.Day == last:
		case st.Day > last:
			d = 1
		default:
			d = -1
		}
		if d != 0 {
			if dir != 0 && d != dir {
				n++
			}
			dir = d
		}
		last = st.Day
	}
	return n
}

// setAside hides the columns of a file of rejected rows that an import does not read.
func (l *layout) setAside(ps []*profile) {
	if l.header < 0 {
		return
	}
	l.aside = aside(l.names)
	for _, c := range l.aside {
		*ps[c] = profile{name: l.names[c], distinct: map[string]int{}}
	}
}
