package presenter

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// OrderChange is an order that the project and a file do not have alike.
type OrderChange = workspace.OrderChange

// OrderLine is a line of such an order.
type OrderLine = workspace.OrderLine

// OrdersState is what a file changes in orders that the project has, to be decided before
// it is stored.
type OrdersState struct {
	Pending *workspace.Pending
	Policy  core.OrderPolicy // "" = what the file itself makes likely
	Kind    string           // whose orders are listed
	At      int              // order that is looked at, −1 = none
	Busy    bool             // another policy is being tried
	Err     error

	read *workspace.Pending // as it was first
}

// List are the orders of the kind that is shown.
func (s *OrdersState) List() []OrderChange {
	var out []OrderChange
	for _, o := range s.Pending.Orders {
		if o.Kind == s.Kind {
			out = append(out, o)
		}
	}
	return out
}

// Count is how many orders of a kind there are, of which the list may show the first.
func (s *OrdersState) Count(kind string) int {
	switch d := s.Pending.Report.Diff; kind {
	case "new":
		return d.New
	case "changed":
		return d.Changed
	case "vanished":
		return d.Vanished
	default:
		return d.Unchanged
	}
}

// asked shows what the file changes; nothing is stored until it is decided.
func (d *Data) asked(n *workspace.Pending) {
	d.update(func(s *DataState) {
		s.Import.Phase = ImportOrders
		s.Import.Orders = &OrdersState{Pending: n, read: n, Kind: "changed", At: 0}
	})
}

// orders changes a copy of the state.
func (d *Data) orders(f func(*OrdersState)) {
	if d.state.Import.Orders == nil {
		return
	}
	st := *d.state.Import.Orders
	f(&st)
	d.update(func(s *DataState) { s.Import.Orders = &st })
}

// ShowOrders lists the orders of another kind.
func (d *Data) ShowOrders(kind string) { d.orders(func(s *OrdersState) { s.Kind, s.At = kind, 0 }) }

// ShowOrder shows the lines of an order of the list.
func (d *Data) ShowOrder(at int) { d.orders(func(s *OrdersState) { s.At = at }) }

// ChooseOrders tries what another policy makes of the file.
func (d *Data) ChooseOrders(policy core.OrderPolicy) {
	p, st := d.session.Project(), d.state.Import.Orders
	if p == nil || st == nil || d.state.Import.Phase != ImportOrders {
		return
	}
	d.orders(func(s *OrdersState) { s.Policy, s.Busy, s.Err = policy, true, nil })
	fetch(&d.look, func(ctx context.Context) (*workspace.Pending, error) {
		return p.Compare(ctx, st.read, policy, core.NoProgress)
	}, func(n *workspace.Pending, err error) {
		d.orders(func(s *OrdersState) {
			s.Busy, s.Err = false, err
			if err == nil {
				s.Pending = n
			}
		})
	})
}

// TakeOrders stores the file as it was decided.
func (d *Data) TakeOrders() {
	p, st := d.session.Project(), d.state.Import.Orders
	if p == nil || st == nil || st.Busy || d.state.Import.Phase != ImportOrders || d.state.Running {
		return
	}
	d.update(func(s *DataState) { s.Import.Phase = ImportRunning })
	var report core.ImportReport
	source := 0
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.import"}, func(ctx context.Context, pr core.Progress) (err error) {
		if report, err = p.Take(ctx, st.Pending, pr); err == nil {
			source, err = lastSource(ctx, p)
		}
		return err
	}, func(err error) {
		d.exec.Post(func() { d.imported(p, report, source, err) })
	})
}

// LeaveOrders goes back to the file, which is not stored.
func (d *Data) LeaveOrders() {
	d.look.stop()
	d.update(func(s *DataState) { s.Import.Phase, s.Import.Orders = ImportReady, nil })
}

func lastSource(ctx context.Context, p Project) (int, error) {
	src, err := p.Sources(ctx)
	if err != nil || len(src) == 0 {
		return 0, err
	}
	return src[len(src)-1].ID, nil
}
