package workspace_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/workspace"
)

const comments = `会员号,评价内容,评价时间,评分
ann,发货很快，包装也很好，下次还会再来买的,2024-03-01,5
bob,等了两个星期才收到货，客服也一直不理人,2024-03-02,1
joe,质量一般般吧，和图片上看到的不太一样,2024-02-20,3
,没有留下名字的客户写的一条很长的评论,2024-02-20,3
ann,,2024-02-21,4
bob,日期写错的一条评论，也是足够长的一句话,昨天,2
`

const events = `user_id,event,event_time,channel
ann,visit,2024-02-01 10:00:00,app
ann,visit,2024-02-02 10:00:00,web
bob,click,2024-02-03 09:00:00,app
zed,visit,2024-02-03 09:00:00,app
`

const answers = `customer_id,Q1,Q2,Q3,NPS
ann,5,4,3,9
bob,1,2,2,3
`

func excluded(r core.ImportReport) map[string]int {
	out := map[string]int{}
	for _, e := range r.Rows.Excluded {
		out[e.Reason] = e.Count
	}
	return out
}

// TestRecordsOfEveryKind: detected, every row accounted for, once, and customers of their
// own where they have no orders.
func TestRecordsOfEveryKind(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	r := importText(t, p, "comments.csv", comments)
	if r.Detected.Kind != core.SourceComments || r.Records != 3 || r.Customers != 3 {
		t.Fatalf("comments: %+v", r)
	}
	if d := cmp.Diff(map[string]int{"missing_customer": 1, "missing_text": 1, "bad_date": 1}, excluded(r)); d != "" {
		t.Errorf("comments left out (-want +got)\n%s", d)
	}
	if r := importText(t, p, "events.csv", events); r.Detected.Kind != core.SourceEvents || r.Records != 4 {
		t.Errorf("events: %+v", r)
	}
	if r := importText(t, p, "答卷.csv", answers); r.Detected.Kind != core.SourceSurvey || r.Records != 2 {
		t.Errorf("survey: %+v", r)
	}
	for name, text := range map[string]string{"c.csv": comments, "e.csv": events, "s.csv": answers} {
		if r := importText(t, p, name, text); r.Rows.Used != 0 || r.Records != 0 || r.Duplicates == 0 {
			t.Errorf("%s again: %+v", name, r)
		}
	}
	if r := importText(t, p, "later.csv", answers+"eve,4,4,4,8\n"); r.Records != 1 || r.Customers != 1 {
		t.Errorf("a later file of the survey: %+v", r)
	}
	got, err := p.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range got {
		told = append(told, string(r.Kind)+" "+r.Name)
	}
	if d := cmp.Diff([]string{"comments ", "events ", "survey 答卷"}, told); d != "" {
		t.Errorf("records (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]core.Date{core.YMD(2024, 3, 1), core.YMD(2024, 3, 2), core.YMD(2024, 2, 20)}, got[0].Day); d != "" {
		t.Errorf("days (-want +got)\n%s", d)
	}
	var names []string
	for _, c := range append(got[0].Columns, got[1].Columns...) {
		names = append(names, c.Name)
	}
	if d := cmp.Diff([]string{core.ColumnText, core.ColumnRating, core.ColumnEvent, core.ColumnChannel}, names); d != "" {
		t.Errorf("columns (-want +got)\n%s", d)
	}
	in, err := p.Info(t.Context())
	if err != nil || in.Customers != 5 { // ann, bob, eve; joe of the comments, zed of the events
		t.Errorf("%d customers, %v", in.Customers, err)
	}
}

// TestRowsOfNobody: comments without a customer are customers of their own, numbered apart
// from those that the project knows; again the same file adds nothing, another one does.
func TestRowsOfNobody(t *testing.T) {
	t.Parallel()
	const first, second = "label,review\n1,\"这家店的味道真的很不错,下次还会再来\"\n0,等了一个半小时才送到而且菜都凉了\n", "label,review\n1,送餐小哥态度特别好而且送得也很快啊\n"
	for _, before := range []string{"", "customer_id,order_date,amount,order_no\n1,2024-01-05,150.00,1\n2,2024-02-01,20.50,2\n"} {
		p := project(t)
		want := []string{"1", "2", "#1"}
		if before != "" {
			importText(t, p, "orders.csv", before)
			want = []string{"#1", "#2", "#3"}
		}
		if r := importText(t, p, "a.csv", first); r.Detected.Kind != core.SourceComments || r.Records != 2 || len(r.Hints) == 0 {
			t.Fatalf("first: %+v", r)
		}
		if r := importText(t, p, "a.csv", first); r.Records != 0 || r.Duplicates != 2 {
			t.Errorf("again: %+v", r)
		}
		if r := importText(t, p, "b.csv", second); r.Records != 1 || r.Customers != 1 {
			t.Errorf("second: %+v", r)
		}
		got, err := p.Records(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, c := range got[0].Customer {
			keys = append(keys, got[0].Customers.At(int(c)))
		}
		if d := cmp.Diff(want, keys); d != "" {
			t.Errorf("keys (-want +got)\n%s", d)
		}
	}
}

// TestStepsAreOverTheBaseData: what is derived changes with a step and comes back without
// it; imports go on where the files left off; the fingerprint of runs tells them apart.
func TestStepsAreOverTheBaseData(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	money := func() float64 {
		t.Helper()
		in, err := p.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		set, err := p.Features(t.Context(), core.NoDate, 0)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range set.Table.Column("monetary").Floats {
			sum += v
		}
		if sum != in.Amount || len(set.Customers) != in.Customers {
			t.Errorf("features have %v of %d customers, the project %v of %d", sum, len(set.Customers), in.Amount, in.Customers)
		}
		return sum
	}
	data := func() string {
		t.Helper()
		s, err := p.Run(t.Context(), workspace.RunRequest{Method: "spenders", Name: "r", AsOf: core.NoDate}, core.NoProgress)
		if err != nil {
			t.Fatal(err)
		}
		return s.Identity
	}
	all, identity := money(), data()
	l, err := p.Steps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, _, err = l.Add(clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"eve"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SetSteps(l); err != nil {
		t.Fatal(err)
	}
	if got := money(); got != all-500 {
		t.Errorf("%v with eve dropped, %v without the step", got, all)
	}
	if data() == identity {
		t.Error("a run with a step has the identity of one without")
	}
	if r := importText(t, p, "orders.csv", orders); r.Duplicates != 4 {
		t.Errorf("the same file under a step: %+v", r)
	}
	if got := money(); got != all-500 {
		t.Errorf("%v after the import", got)
	}
	effects, err := p.Effects(t.Context())
	if err != nil || len(effects) != 1 || effects[0].Rows != 1 {
		t.Errorf("effects %+v, %v", effects, err)
	}
	if l, err = l.Undo(); err != nil {
		t.Fatal(err)
	}
	if err := p.SetSteps(l); err != nil {
		t.Fatal(err)
	}
	if got := money(); got != all {
		t.Errorf("%v without the step, want %v", got, all)
	}
}

// TestLateRecords: what is not known yet on the as-of date is left out, and told.
func TestLateRecords(t *testing.T) {
	t.Parallel()
	p := project(t)
	if r := importText(t, p, "events.csv", events); strings.Contains(hints(r), "after_as_of") {
		t.Errorf("no purchases decide a date: %s", hints(r))
	}
	if asOf, err := p.AsOf(t.Context()); err != nil || asOf != core.YMD(2024, 2, 4) {
		t.Errorf("as of %s, %v", asOf, err)
	}
	p = project(t)
	importText(t, p, "orders.csv", "customer_id,order_date,amount,order_no\nann,2024-01-31,150.00,1\nbob,2024-02-01,20.50,2\n")
	if r := importText(t, p, "events.csv", events); !strings.Contains(hints(r), "after_as_of") || r.Hints[len(r.Hints)-1].Args["count"] != 2 {
		t.Errorf("hints %+v", r.Hints)
	}
	for day, want := range map[core.Date]float64{core.NoDate: 2, core.YMD(2024, 2, 1): 1, core.YMD(2024, 3, 1): 2} {
		set, err := p.Features(t.Context(), day, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Table.Column("events").Float(0); got != want {
			t.Errorf("as of %s: ann has %v events, want %v", day, got, want)
		}
	}
}
