package sample

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/xuri/excelize/v2"

	"qunxiang/core"
	"qunxiang/sdk"
)

// The names of the files that Write makes.
const (
	OrdersFile    = "orders.csv"
	WorkbookFile  = "orders.xlsx"
	CustomersFile = "customers.csv"
	TruthFile     = "truth.csv"
)

// Files returns the names of the files that Write makes, so that a caller can see
// whether one of them is there already.
func Files(truth bool) []string {
	names := []string{OrdersFile, WorkbookFile, CustomersFile}
	if truth {
		names = append(names, TruthFile)
	}
	return names
}

// Write writes the files of the business into dir, making dir where it is missing,
// with headers and words in lang, and returns their paths in the order of Files.
// Chinese CSV files begin with a byte-order mark, as spreadsheets there need it.
// Each file appears whole or not at all and replaces one of its name. It returns a
// *core.Error with CodeWrite or CodeDiskFull, or the error of ctx.
func (b *Business) Write(ctx context.Context, dir string, lang sdk.Lang, truth bool) ([]string, error) {
	w, err := loadWords(lang)
	if err != nil {
		return nil, err
	}
	p := printer{stop: ctx.Err, b: b, w: w, lang: lang, goods: w.products()}
	how := map[string]func(io.Writer) error{
		OrdersFile:    p.orders,
		WorkbookFile:  p.workbook,
		CustomersFile: p.customers,
		TruthFile:     p.truth,
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, writeError(dir, err)
	}
	var paths []string
	for _, name := range Files(truth) {
		path := filepath.Join(dir, name)
		if err := whole(ctx, path, how[name]); err != nil {
			if ctx.Err() != nil {
				return paths, ctx.Err()
			}
			return paths, writeError(name, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func writeError(name string, err error) error {
	code := CodeWrite
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		code = CodeDiskFull
	}
	return &core.Error{
		Code: code, Origin: core.OriginApp, Op: "write sample", Where: core.Where{File: filepath.Base(name)},
		Err: err,
	}
}

// whole writes a file under another name and renames it when it is complete.
func whole(ctx context.Context, path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".sample-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	buf := bufio.NewWriterSize(stopping{ctx.Err, f}, 1<<16)
	if err := write(buf); err != nil {
		return err
	}
	if err := buf.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// stopping is a writer that refuses to go on when stop has an error.
type stopping struct {
	stop func() error
	w    io.Writer
}

// Write writes p unless it is to stop.
func (s stopping) Write(p []byte) (int, error) {
	if err := s.stop(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}

// printer puts a business into words.
type printer struct {
	stop  func() error // the error of a context that is done
	b     *Business
	w     *words
	lang  sdk.Lang
	goods []product
}

// sheet writes a CSV file: header, then n rows that row fills.
func (p printer) sheet(to io.Writer, header []string, n int, row func(i int, cells []string)) error {
	if p.lang == sdk.ZH {
		if _, err := io.WriteString(to, "\ufeff"); err != nil {
			return err
		}
	}
	c := csv.NewWriter(to)
	if err := c.Write(header); err != nil {
		return err
	}
	cells := make([]string, len(header))
	for i := range n {
		row(i, cells)
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (p printer) orders(to io.Writer) error {
	return p.sheet(to, p.w.Orders, len(p.b.rows), func(i int, cells []string) {
		for j, v := range p.order(p.b.rows[i]) {
			switch v := v.(type) {
			case string:
				cells[j] = v
			case int:
				cells[j] = strconv.Itoa(v)
			case int64:
				cells[j] = cents(v)
			case time.Time:
				cells[j] = v.Format(time.DateTime)
			}
		}
	})
}

// order returns the cells of a row: strings, ints, int64 hundredths, times.
func (p printer) order(r row) [10]any {
	number := p.w.OrderPrefix + strconv.Itoa(100000+r.order)
	if r.order < 0 {
		number = p.w.RefundPrefix + strconv.Itoa(1000-r.order)
	}
	customer := p.w.TestCustomer
	if r.customer != testAccount {
		customer = customerID(p.w.CustomerPrefix, r.customer)
	}
	state := [...]string{paid: p.w.Paid, refunded: p.w.Refunded, cancelled: p.w.Cancelled, tested: p.w.Test}[r.status]
	when := (firstDay() + core.Date(r.day)).Time().Add(time.Duration(r.clock) * time.Second)
	cells := [10]any{number, when, customer, p.goods[r.product].Name, p.w.categoryOf(r.product), p.w.Channels[r.channel], r.pieces, r.price, r.amount, state}
	switch r.flaw {
	case noCustomer:
		cells[2] = ""
	case badDate:
		cells[1] = p.w.BadDates[r.word]
	case badAmount:
		cells[8] = p.w.BadAmounts[r.word]
	}
	return cells
}

func (p printer) customers(to io.Writer) error {
	return p.sheet(to, p.w.Customers, len(p.b.people), func(i int, cells []string) {
		who := p.b.people[i]
		consent := p.w.Consent[0]
		if who.consent {
			consent = p.w.Consent[1]
		}
		copy(cells, []string{
			customerID(p.w.CustomerPrefix, i), p.w.person(who), p.w.Genders[who.gender], strconv.Itoa(who.age),
			p.w.Cities[who.city], (firstDay() + core.Date(who.registered)).String(), p.w.Channels[who.channel], consent,
		})
	})
}

func (p printer) truth(to io.Writer) error {
	names := map[string]string{}
	for _, s := range p.b.Segments {
		names[s.Key] = s.Name.In(p.lang)
	}
	return p.sheet(to, p.w.Truth, len(p.b.Truth), func(i int, cells []string) {
		t := p.b.Truth[i]
		copy(cells, []string{
			customerID(p.w.CustomerPrefix, i), t.Segment, names[t.Segment], strconv.Itoa(t.Orders), cents(t.Amount), t.Last.String(),
		})
	})
}

// workbook writes the orders as a workbook with real dates and numbers.
func (p printer) workbook(to io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	if err := f.SetSheetName("Sheet1", p.w.Sheet); err != nil {
		return err
	}
	format := "yyyy-mm-dd hh:mm:ss"
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter(p.w.Sheet)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, 20); err != nil {
		return err
	}
	if err := s.SetRow("A1", anys(p.w.Orders)); err != nil {
		return err
	}
	for i, r := range p.b.rows {
		if i%4096 == 0 { // nothing goes out before the sheet is whole
			if err := p.stop(); err != nil {
				return err
			}
		}
		cells := p.order(r)
		for j, v := range cells {
			switch v := v.(type) {
			case int64:
				cells[j] = float64(v) / 100
			case time.Time:
				cells[j] = excelize.Cell{StyleID: date, Value: v}
			}
		}
		if err := s.SetRow("A"+strconv.Itoa(i+2), cells[:]); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.Write(to)
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// cents writes hundredths with two decimals.
func cents(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return sign + strconv.FormatInt(v/100, 10) + "." + pad(int(v%100), 2)
}
