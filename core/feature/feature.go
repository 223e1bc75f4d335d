package feature

import (
	"context"
	"math"
	"slices"
	"time"

	"qunxiang/core"
	"qunxiang/internal/large"
	"qunxiang/sdk/table"
)

// The names of the features made from transactions.
const (
	Recency       = "recency_days"
	Frequency     = "frequency"      // distinct valid orders
	FrequencyDays = "frequency_days" // distinct days with a valid order
	Monetary      = "monetary"       // sum of net paid
	MonetaryMean  = "monetary_mean"  // Monetary / Frequency
	Tenure        = "tenure_days"    // days from the first valid order to the as-of date
)

// Names lists the features of transactions in the order of the table's columns.
func Names() []string {
	return []string{Recency, Frequency, Monetary, FrequencyDays, MonetaryMean, Tenure}
}

// Reasons for which a customer has no row.
const (
	ReasonNoOrders = "no_orders"      // no valid order up to the as-of date
	ReasonWindow   = "outside_window" // orders only before the window
)

// Options choose the moment and the history that count.
type Options struct {
	AsOf         core.Date // NoDate = AsOf(tx)
	WindowMonths int       // history that counts, back from AsOf; 0 = all
}

// Set is the feature table of a project: row i belongs to customer Customers[i], a
// code into the customer dictionary; codes rise. Immutable.
type Set struct {
	Customers []uint32
	Table     *table.Table
	AsOf      core.Date
	Excluded  []core.Excluded
	Early     []uint32 // customers whose orders all lie before the window, in a row or not; codes rise
}

// NoOrders is the reason for which a customer has no features of orders.
func (s *Set) NoOrders(customer uint32) string {
	if _, early := slices.BinarySearch(s.Early, customer); early {
		return ReasonWindow
	}
	return ReasonNoOrders
}

// AsOf returns the default as-of date: the last day of the data and one. It is
// NoDate without transactions.
func AsOf(tx *core.Transactions) core.Date {
	_, last := Span(tx)
	if last == core.NoDate {
		return core.NoDate
	}
	return last + 1
}

// FromTransactions computes the features of every customer that has a valid order
// in the window. It takes O(rows) time and a few words per customer and order.
func FromTransactions(ctx context.Context, tx *core.Transactions, o Options) (*Set, error) {
	if o.AsOf == core.NoDate {
		o.AsOf = AsOf(tx)
	}
	t := walk(ctx, tx, o.span(tx), tx.Customers.Len())
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return assemble(tx.Scale, o, &t), nil
}

// span is the days that count under the options.
func (o Options) span(tx *core.Transactions) span {
	if o.AsOf == core.NoDate {
		o.AsOf = AsOf(tx)
	}
	s := span{from: -1 << 31, to: o.AsOf}
	if o.WindowMonths > 0 && o.AsOf != core.NoDate {
		s.from = monthsBefore(o.AsOf, o.WindowMonths)
	}
	return s
}

// monthsBefore returns the same day of an earlier month, or that month's last day
// where it is shorter.
func monthsBefore(d core.Date, months int) core.Date {
	t := d.Time()
	last := time.Date(t.Year(), t.Month()-time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	return core.DateOf(last) - core.Date(max(0, last.Day()-t.Day()))
}

// span is the days that count, both ends included.
type span struct{ from, to core.Date }

// all reports whether all days count.
func (s span) all() bool { return s == always() }

func always() span { return span{from: -1 << 31, to: 1<<31 - 1} }

func (s span) has(d core.Date) bool { return d >= s.from && d <= s.to }

func assemble(scale int, o Options, t *totals) *Set {
	s := &Set{AsOf: o.AsOf, Customers: large.Room[uint32](len(t.of))}
	var none, before []uint32
	for c := range t.of {
		switch {
		case t.of[c].Last != core.NoDate:
			s.Customers = append(s.Customers, uint32(c))
		case o.WindowMonths > 0 && t.early.Get(c):
			before = append(before, uint32(c))
		default:
			none = append(none, uint32(c))
		}
	}
	s.exclude(ReasonNoOrders, none)
	s.exclude(ReasonWindow, before)
	s.Early = before

	rows := len(s.Customers)
	rec, freq, fdays, ten := large.Make[int64](rows), large.Make[int64](rows), large.Make[int64](rows), large.Make[int64](rows)
	mon, mean := large.Make[float64](rows), large.Make[float64](rows)
	units := math.Pow10(scale)
	for i, c := range s.Customers {
		own := &t.of[c]
		rec[i], ten[i] = int64(o.AsOf-own.Last), int64(o.AsOf-own.First)
		freq[i], fdays[i] = int64(own.Orders), int64(own.Days)
		if mon[i] = float64(own.Money) / units; t.big != nil {
			mon[i] = t.money(c, scale)
		}
		mean[i] = mon[i] / float64(freq[i])
	}
	s.Table = &table.Table{Rows: rows, Columns: []table.Column{
		{Name: Recency, Kind: table.Int64, Unit: "day", Ints: rec},
		{Name: Frequency, Kind: table.Int64, Unit: "order", Ints: freq},
		{Name: Monetary, Kind: table.Float64, Unit: "money", Floats: mon},
		{Name: FrequencyDays, Kind: table.Int64, Unit: "day", Ints: fdays},
		{Name: MonetaryMean, Kind: table.Float64, Unit: "money", Floats: mean},
		{Name: Tenure, Kind: table.Int64, Unit: "day", Ints: ten},
	}}
	return s
}

func (s *Set) exclude(reason string, customers []uint32) {
	if len(customers) > 0 {
		s.Excluded = append(s.Excluded, core.Excluded{Reason: reason, Count: len(customers), Customers: customers})
	}
}

// Span returns the first and last day of the transactions, NoDate without any.
func Span(tx *core.Transactions) (first, last core.Date) {
	if tx.Rows() == 0 {
		return core.NoDate, core.NoDate
	}
	if tx.Summarised(tx.Summary) {
		return tx.Summary.From, tx.Summary.To
	}
	first, last = tx.Day[0], tx.Day[0]
	for _, d := range tx.Day {
		first, last = min(first, d), max(last, d)
	}
	return first, last
}
