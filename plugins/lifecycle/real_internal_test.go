package lifecycle

import (
	"bufio"
	"cmp"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qunxiang/internal/reference"
)

// purchase is a customer's day with an order.
type purchase struct {
	who  string
	day  int32
	paid float64
}

// real reads a file of transactions of the shared data: columns are the positions of
// customer, date and amount.
func real(tb testing.TB, name, layout, split string, columns [3]int) (*history, []string) {
	tb.Helper()
	f, err := os.Open(reference.File(tb, "transactions/"+name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var list []purchase
	scan := bufio.NewScanner(f)
	for line := 0; scan.Scan(); line++ {
		fields := strings.Fields(scan.Text())
		if split != "" {
			fields = strings.Split(scan.Text(), split)
		}
		if line == 0 || len(fields) < 3 {
			continue
		}
		d, err := time.Parse(layout, fields[columns[1]])
		if err != nil {
			tb.Fatalf("%s line %d: %v", name, line+1, err)
		}
		p := purchase{who: fields[columns[0]], day: int32(d.Unix() / 86400)}
		p.paid, _ = strconv.ParseFloat(fields[columns[2]], 64)
		list = append(list, p)
	}
	return made(list)
}

// made is the history of purchases in any order.
func made(list []purchase) (*history, []string) {
	slices.SortFunc(list, func(a, b purchase) int { return cmp.Or(cmp.Compare(a.who, b.who), cmp.Compare(a.day, b.day)) })
	h := &history{start: []int32{0}}
	var names []string
	for i, p := range list {
		same := i > 0 && list[i-1].who == p.who
		if !same {
			names = append(names, p.who)
		}
		if i > 0 && !same {
			h.start = append(h.start, int32(len(h.days)))
		}
		if same && list[i-1].day == p.day {
			h.paid[len(h.paid)-1] += p.paid
			continue
		}
		h.days, h.paid = append(h.days, p.day), append(h.paid, p.paid)
	}
	h.start = append(h.start, int32(len(h.days)))
	return h, names
}

// near compares with a tolerance.
func near(tb testing.TB, what string, got, want float64) {
	tb.Helper()
	if math.Abs(got-want) > 1e-8*max(1, math.Abs(want)) {
		tb.Errorf("%s: got %.10f, want %.10f", what, got, want)
	}
}

// 600 customers of an apparel shop, computed independently in R 4.2.2: anova(lm()) for
// the variance components, quantile(type = 5), the AUC by ranks, and DeLong's variance
// by its definition (all pairs).
func TestLearn_AgainstR(t *testing.T) {
	t.Parallel()
	h, names := real(t, "clvtools_apparelTrans.csv", "2006-01-02", ",", [3]int{0, 1, 2})
	_, last, _ := h.span()
	r := learn(t.Context(), h, int(last), nil, 0)
	near(t, "within", r.within, 1.5875433610)
	near(t, "between", r.between, 0.3298187397)
	near(t, "typical gap", r.typical(), 103.9805018847)
	near(t, "90 % of the gaps", quantile(r.days, 0.9), 416.2)
	near(t, "the same over the expected gap", quantile(r.scaled, 0.9), 3.62509911)
	var scratch []float64
	for id, want := range map[string]float64{"1": 98.02331310, "2": 93.92592989, "10": 166.97092387, "22": 114.34433990} {
		days, paid := h.of(slices.Index(names, id), last)
		near(t, "expected gap of "+id, r.expected(see(days, paid, int(last), &scratch), -1), want)
	}
	b, err := test(t.Context(), h, r)
	if err != nil || !b.done || b.from != 14756 || b.customers != 600 || b.bought != 88 || b.verdict() != "same" {
		t.Errorf("%+v %v", b, err)
	}
	near(t, "fixed", b.fixed, 0.8938321200)
	near(t, "overdue", b.overdue, 0.8860418146)
	near(t, "personal", b.personal, 0.9069824219)
	near(t, "standard error", b.se, 0.0071710381)
	past := learn(t.Context(), h, b.from-1, nil, 0)
	for n, want := range []float64{0.7, 0.775701, 0.813284} {
		if math.Abs(past.again[n+1]-want) > 1e-6 {
			t.Errorf("again after %d: %v, want %v", n+1, past.again[n+1], want)
		}
	}
}

// CDNOW, 23,570 customers: there the personal rhythm predicts better than the days
// alone, and the overdue ratio by itself does not. (Typical gap and AUC as measured; the
// code is the one that R confirms above.)
func TestBacktest_CDNOW(t *testing.T) {
	t.Parallel()
	h, _ := real(t, "CDNOW_master.txt", "20060102", "", [3]int{0, 1, 3})
	_, last, _ := h.span()
	r := learn(t.Context(), h, int(last), nil, 0)
	b, err := test(t.Context(), h, r)
	if err != nil || b.verdict() != "personal" || b.ratioDiff > 0 {
		t.Errorf("%+v %v", b, err)
	}
	if r.gaps != 44021 { // 67,591 customer-days less 23,570 customers
		t.Errorf("%d gaps", r.gaps)
	}
}
