package presenter

import (
	"context"
	"time"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// CustomersState is what the Customers page shows.
type CustomersState struct {
	Phase   Phase
	Busy    bool // a newer list is being made
	Query   workspace.CustomerQuery
	View    *workspace.CustomerView
	Results []string // names of segmentations to choose from, newest first
	Seg     *core.Segmentation
	Err     error
	Outputs []sdk.Output // of the method that made Seg, where it is still there
	BadExpr error        // the filter expression cannot be used; the list before stays
}

// Customers is the presenter of the Customers page.
type Customers struct {
	Live[CustomersState]
	exec    Exec
	session *Session
	read    reader
	wait    func()
}

// NewCustomers makes the presenter.
func NewCustomers(exec Exec, session *Session) *Customers {
	return &Customers{exec: exec, session: session, read: reader{exec: exec}}
}

func (c *Customers) update(f func(*CustomersState)) {
	st := c.state
	f(&st)
	c.set(st)
}

// Reset forgets everything: another project is open.
func (c *Customers) Reset() {
	c.read.stop()
	c.set(CustomersState{})
}

// Load shows the customers of a route: a result's, some of its segments', the ones
// behind a mark of a chart, or everybody.
func (c *Customers) Load(r Route) {
	q := c.state.Query
	if r.Name != "" || r.Where != "" || r.Rows != nil {
		q = workspace.CustomerQuery{Segmentation: r.Name, Run: r.Run, Segments: r.Segments, Rows: r.Rows, Where: r.Where, Excluded: r.Excluded}
	}
	c.Query(q)
}

// Change asks for another list.
func (c *Customers) Change(f func(q *workspace.CustomerQuery)) {
	q := c.state.Query
	f(&q)
	c.Query(q)
}

// Type asks for another list when the user stops typing.
func (c *Customers) Type(f func(q *workspace.CustomerQuery)) {
	if c.wait != nil {
		c.wait()
	}
	c.wait = c.exec.After(250*time.Millisecond, func() { c.Change(f) })
}

// Search looks for a part of a customer's key among everybody in the list.
func (c *Customers) Search(text string) {
	c.Change(func(q *workspace.CustomerQuery) { q.Search = text })
}

// SortBy sorts by a column, the other way round when it is sorted by it already.
func (c *Customers) SortBy(column string) {
	c.Change(func(q *workspace.CustomerQuery) {
		q.Descending = q.Sort == column && !q.Descending || q.Sort != column && column != workspace.ColumnKey
		q.Sort = column
	})
}

type customersRead struct {
	view    *workspace.CustomerView
	results []string
	seg     *core.Segmentation
	outputs []sdk.Output
}

// Query reads a list. Without a segmentation it
// lists everybody with their features.
func (c *Customers) Query(q workspace.CustomerQuery) {
	p := c.session.Project()
	if p == nil {
		c.Reset()
		return
	}
	c.update(func(s *CustomersState) {
		if s.View == nil {
			s.Phase = Loading
		}
		s.Busy, s.Query = true, q
	})
	fetch(&c.read, func(ctx context.Context) (out customersRead, err error) {
		heads, err := p.Runs(ctx)
		if err != nil {
			return out, err
		}
		out.results = names(heads)
		if q.Segmentation != "" {
			if out.seg, err = p.Segmentation(ctx, q.Segmentation, q.Run); err != nil {
				return out, err
			}
			out.outputs = outputsOf(ctx, c.session.cfg.Desk, out.seg.Method)
		}
		out.view, err = p.Customers(ctx, q)
		return out, err
	}, func(r customersRead, err error) {
		c.update(func(s *CustomersState) { s.take(r, err) })
	})
}

func (s *CustomersState) take(r customersRead, err error) {
	s.Busy, s.Err, s.BadExpr = false, nil, nil
	if r.results != nil {
		s.Results = r.results
	}
	switch {
	case err != nil && s.View != nil && s.Query.Where != "":
		s.BadExpr = err
	case core.CodeOf(err) == "no_data":
		s.Phase, s.View = Empty, nil
	case err != nil:
		s.Phase, s.Err, s.View = Failed, err, nil
	default:
		s.Phase, s.View, s.Seg, s.Outputs = Ready, r.view, r.seg, r.outputs
	}
}

// outputsOf lists what a method writes for each customer; none where it is gone.
func outputsOf(ctx context.Context, d Desk, method string) []sdk.Output {
	all, _ := d.Methods(ctx) // the list can be read without its titles
	for i := range all {
		if all[i].Info.ID == method {
			return all[i].Info.Outputs
		}
	}
	return nil
}

// names lists the distinct names of runs, newest first.
func names(heads []core.RunHead) []string {
	seen := map[string]bool{}
	out := []string{}
	for _, h := range heads {
		if !seen[h.Name] {
			seen[h.Name] = true
			out = append(out, h.Name)
		}
	}
	return out
}
