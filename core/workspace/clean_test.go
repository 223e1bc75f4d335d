package workspace_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/clean"
)

const dirty = `customer_id,order_date,amount,order_no
ann,2024-01-05,150.00,1
bob,2024-02-01,20.50,2
ann,2024-03-01,10.00,3
eve,2023-01-01,500.00,4
测试账号,2024-02-03,1.00,5
`

func TestStepsOfAProject(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := project(t)
	importText(t, p, "orders.csv", dirty)
	importText(t, p, "people.csv", people)
	step := clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"eve"}}}
	e, err := p.PreviewStep(ctx, step)
	if err != nil || e.Before.Rows != e.After.Rows+1 || e.Before.Money-e.After.Money != 500 {
		t.Fatalf("preview %+v, %v", e, err)
	}
	if l, err := p.Steps(ctx); err != nil || len(l.Steps) != 0 {
		t.Fatal("a preview stores nothing:", l, err)
	}
	money := func() float64 {
		in, err := p.Info(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return in.Amount
	}
	before := money()
	added, change, err := p.AddStep(ctx, step)
	if err != nil || added.ID != 1 || change.Before.Money != before || change.After.Money != before-500 || money() != before-500 {
		t.Fatalf("%+v %+v %v", added, change, err)
	}
	for _, edit := range []struct {
		name string
		do   func() error
		want float64
	}{
		{"off", func() error { _, err := p.SwitchStep(ctx, 1, false); return err }, before},
		{"on", func() error { _, err := p.SwitchStep(ctx, 1, true); return err }, before - 500},
		{"undo", func() error { _, err := p.UndoSteps(ctx); return err }, before},
		{"redo", func() error { _, err := p.RedoSteps(ctx); return err }, before - 500},
		{"change", func() error {
			added.Args.Customers = []string{"bob"}
			_, err := p.SetStep(ctx, added)
			return err
		}, before - 20.5},
		{"another", func() error {
			_, _, err := p.AddStep(ctx, clean.Step{Kind: clean.Rescale, Args: clean.Args{Factor: 10}})
			return err
		}, 10 * (before - 20.5)},
		{"order", func() error { _, err := p.MoveStep(ctx, 2, 0); return err }, 10 * (before - 20.5)},
		{"remove", func() error { _, err := p.RemoveStep(ctx, 2); return err }, before - 20.5},
	} {
		if err := edit.do(); err != nil {
			t.Fatal(edit.name, err)
		}
		if got := money(); got != edit.want {
			t.Errorf("%s: %v, want %v", edit.name, got, edit.want)
		}
	}
	set, err := p.Features(ctx, core.NoDate, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.Keys(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range set.Customers {
		if keys.At(int(c)) == "bob" {
			t.Error("bob still has features")
		}
	}
}

func TestAStepThatCannotBeIsNotStored(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	for code, s := range map[string]clean.Step{
		clean.CodeInvalid: {Kind: clean.Rescale},
		"step_overflow":   {Kind: clean.Rescale, Args: clean.Args{Factor: 1e6}},
	} {
		for range 5 { // 10^30 fits nothing
			_, _, err := p.AddStep(t.Context(), s)
			if code == "step_overflow" && err == nil {
				continue
			}
			if core.CodeOf(err) != code {
				t.Fatalf("%s: %v", code, err)
			}
		}
	}
	l, err := p.Steps(t.Context())
	if err != nil || len(l.Steps) == 0 || len(l.Steps) > 2 {
		t.Errorf("%d steps, %v", len(l.Steps), err)
	}
}

func TestQualityOfAProject(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := project(t)
	if _, err := p.Quality(ctx, core.NoDate); core.CodeOf(err) != "no_data" {
		t.Error("without data:", err)
	}
	importText(t, p, "orders.csv", dirty)
	importText(t, p, "people.csv", people)
	c, err := p.Quality(ctx, core.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	if i, ok := c.Issue("buyers_unknown"); !ok || i.Count != 2 {
		t.Errorf("%+v", c.Issues)
	}
	if !c.Reconciliation.Holds() || c.Reconciliation.In != 7 || c.Reconciliation.Used != 6 {
		t.Errorf("%+v", c.Reconciliation)
	}
	if _, _, err := p.AddStep(ctx, clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"bob", "eve"}}}); err != nil {
		t.Fatal(err)
	}
	if c, err = p.Quality(ctx, core.NoDate); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Issue("buyers_unknown"); ok || !c.Reconciliation.Holds() || c.Reconciliation.Used != 4 {
		t.Errorf("after the step: %+v %+v", c.Issues, c.Reconciliation)
	}
	if diff := cmp.Diff(1, len(c.Effects)); diff != "" {
		t.Error(diff)
	}
}
