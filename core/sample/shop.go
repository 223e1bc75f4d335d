package sample

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk"
)

// status is what happened to the order of a row.
type status uint8

const (
	paid status = iota
	refunded
	cancelled
	tested
)

// flaw is what is wrong with a row.
type flaw uint8

const (
	sound flaw = iota
	noCustomer
	badDate
	badAmount
	duplicate
)

// row is one line of the orders file.
type row struct {
	order    int // number; negative = a refund of its own
	customer int // position in people; testAccount = the test account
	day      int
	clock    int // seconds
	product  int
	channel  int
	pieces   int   // negative in refunds
	price    int64 // hundredths, of one piece
	amount   int64 // hundredths, paid
	status   status
	flaw     flaw
	word     int // position in badDates or badAmounts
}

const testAccount = -1

// maker holds what the steps of making a shop share.
type maker struct {
	r       *rand.Rand
	words   *words
	cal     *calendar
	goods   []product
	dear    []int // positions in goods, the dearer half
	cheap   []int
	people  []person
	rows    []row
	orders  int
	refunds int
	facts   Facts
	truth   []Truth
}

func newShop(o Options) (*Business, error) {
	w, err := loadWords(o.Lang)
	if err != nil {
		return nil, err
	}
	m := &maker{r: rand.New(rand.NewPCG(o.Seed, 0x9e3779b97f4a7c15)), words: w, cal: newCalendar(w.Seasons), goods: w.products()}
	m.splitGoods()
	m.people = newPeople(m.r, w, m.cal, o.Customers)
	m.buy()
	m.refund()
	m.spoil()
	m.number()
	m.count()
	b := &Business{ID: Shop, Currency: w.Currency, Facts: m.facts, Truth: m.truth, seed: o.Seed, people: m.people, rows: m.rows}
	return b, b.describe()
}

// describe fills the names that a business has in both languages.
func (b *Business) describe() error {
	zh, err := loadWords(sdk.ZH)
	if err != nil {
		return err
	}
	en, err := loadWords(sdk.EN)
	if err != nil {
		return err
	}
	var names map[string]sdk.Text
	if err := load("data/segments.json", &names); err != nil {
		return err
	}
	b.Name = sdk.Text{ZH: zh.Name, EN: en.Name}
	for k, kind := range kinds() {
		name, ok := names[kind.key]
		if !ok {
			return fmt.Errorf("embedded segments.json has no name for %s", kind.key)
		}
		s := Segment{Key: kind.key, Name: name}
		for _, p := range b.people {
			if p.kind == k {
				s.Count++
			}
		}
		b.Segments = append(b.Segments, s)
	}
	return nil
}

func (m *maker) splitGoods() {
	by := make([]int, len(m.goods))
	for i := range by {
		by[i] = i
	}
	slices.SortStableFunc(by, func(a, b int) int { return cmp.Compare(m.goods[a].Price, m.goods[b].Price) })
	m.cheap, m.dear = by[:len(by)/2], by[len(by)/2:]
}

// buy makes the paid orders of everybody.
func (m *maker) buy() {
	list := kinds()
	for i, p := range m.people {
		for _, day := range p.days {
			m.order(list[p.kind], i, day)
		}
	}
}

// order makes one order of customer i.
func (m *maker) order(k kind, i, day int) {
	m.orders++
	base := row{order: m.orders, customer: i, day: day, clock: m.clock(), channel: m.people[i].channel}
	if m.r.IntN(5) == 0 {
		base.channel = m.r.IntN(4)
	}
	factor := k.low + (k.high-k.low)*m.r.Float64()
	if m.cal.sale[day] {
		factor = min(factor, 0.75+0.15*m.r.Float64())
	}
	lines := 1
	for lines < 5 && m.r.Float64() < k.lines/(1+k.lines) {
		lines++
	}
	taken := map[int]bool{}
	for range lines {
		from := m.cheap
		if m.r.Float64() < k.premium {
			from = m.dear
		}
		good := from[m.r.IntN(len(from))]
		if taken[good] {
			continue
		}
		taken[good] = true
		l := base
		l.product, l.price = good, m.goods[good].Price
		l.pieces = 1 + int(float64(k.pieces)*m.r.Float64()*m.r.Float64())
		l.amount = int64(math.Round(float64(l.price) * float64(l.pieces) * factor))
		m.rows = append(m.rows, l)
	}
}

// clock draws a second of the day between 8 and 23 o'clock, most in the evening.
func (m *maker) clock() int {
	return 8*3600 + int(15*3600*math.Sqrt(m.r.Float64()))
}

// number puts the rows in the order of time and numbers the orders in it.
func (m *maker) number() {
	slices.SortStableFunc(m.rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.clock, b.clock), cmp.Compare(a.order, b.order))
	})
	number := make(map[int]int, m.orders)
	for i := range m.rows {
		r := &m.rows[i]
		if r.order < 0 {
			continue
		}
		if number[r.order] == 0 {
			number[r.order] = len(number) + 1
		}
		r.order = number[r.order]
	}
}

// count fills facts and truth from the rows.
func (m *maker) count() {
	f := &m.facts
	f.Rows = len(m.rows)
	f.Customers = len(m.people)
	f.First, f.Last = core.NoDate, core.NoDate
	m.truth = make([]Truth, len(m.people))
	list := kinds()
	for i, p := range m.people {
		m.truth[i] = Truth{Customer: customerID(m.words.CustomerPrefix, i), Segment: list[p.kind].key, Last: core.NoDate}
	}
	undone := map[int]bool{}
	for _, r := range m.rows {
		if r.status == refunded && r.order > 0 && r.word == wholeOrder {
			undone[r.order] = true
		}
	}
	f.RefundedOrders = len(undone)
	seen := map[int]bool{}
	for _, r := range m.rows {
		m.countRow(r)
		if r.flaw != sound || r.status == cancelled || r.status == tested {
			continue
		}
		f.Net += r.amount
		day := firstDay() + core.Date(r.day)
		if f.First == core.NoDate {
			f.First = day
		}
		f.Last = day
		t := &m.truth[r.customer]
		t.Amount += r.amount
		if r.status == paid && !seen[r.order] {
			seen[r.order] = true
			f.Orders++
			if !undone[r.order] {
				t.Orders++
				t.Last = day
			}
		}
	}
}

// countRow counts a row by what it is.
func (m *maker) countRow(r row) {
	f := &m.facts
	switch {
	case r.flaw == noCustomer:
		f.NoCustomerRows++
	case r.flaw == badDate:
		f.BadDateRows++
	case r.flaw == badAmount:
		f.BadAmountRows++
	case r.flaw == duplicate:
		f.DuplicateRows++
		f.DuplicateNet += r.amount
	case r.status == tested:
		f.TestRows++
	case r.status == cancelled:
		f.CancelledRows++
	case r.status == paid:
		f.Lines++
	case r.order < 0:
		f.UnlinkedRows++
	case r.word == wholeOrder:
		f.RefundRows++
	default:
		f.PartialRows++
	}
}
