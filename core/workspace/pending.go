package workspace

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Pending is a file that was read and is not in the project yet, for whoever wants to see
// what it changes before it is stored. It holds the rows of the file in memory.
type Pending struct {
	Report core.ImportReport // of what [Project.Take] would do
	Orders []OrderChange     // those that the file changes, that it lacks, and new ones; a list has an end

	res      *ingest.Result
	file     string // its path
	source   core.Source
	options  core.ImportOptions
	merged   *merging
	revision int
}

// OrderChange is an order that the project and a file do not have alike.
type OrderChange = ingest.OrderChange

// OrderLine is a line of such an order.
type OrderLine = ingest.OrderLine

// mostListed is how many orders of each kind are listed.
const mostListed = 1000

// Asks reports whether there is something to decide: orders that the project has with other
// lines.
func (n *Pending) Asks() bool {
	d := n.Report.Diff
	return d != nil && d.Changed > 0 && !n.res.Corrected
}

// Prepare reads a file and tells what importing it would do. Nothing is stored.
func (p *Project) Prepare(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (*Pending, error) {
	n, err := p.read(ctx, file, o, pr)
	if err != nil {
		return nil, err
	}
	return p.Compare(ctx, n, o.Orders, pr)
}

// Compare tells what importing a file that was read would do under another policy.
func (p *Project) Compare(ctx context.Context, n *Pending, orders core.OrderPolicy, pr core.Progress) (*Pending, error) {
	out := *n
	out.options.Orders, out.revision = orders, p.Revision()
	var err error
	if out.merged, err = p.merged(ctx, n.res, n.source, orders, mostListed, pr); err != nil {
		return nil, err
	}
	out.Report, out.Orders = out.merged.report, out.merged.listed
	return &out, nil
}

// Take stores a file that was read, by the policy that it was compared with last.
func (p *Project) Take(ctx context.Context, n *Pending, pr core.Progress) (core.ImportReport, error) {
	p.change.Lock()
	defer p.change.Unlock()
	if n.merged == nil || n.revision != p.Revision() { // the project is another one by now
		var err error
		if n, err = p.Compare(ctx, n, n.options.Orders, pr); err != nil {
			return core.ImportReport{}, err
		}
	}
	kept, err := leftOf(ctx, n.file, n.options, n.res)
	if err != nil {
		return core.ImportReport{}, err
	}
	r, err := p.store(ctx, n.merged, n.res.Fingerprint, n.source, pr)
	if err == nil {
		err = p.keepLeft(kept)
	}
	if like := n.options.Like; err == nil && like != nil {
		err = p.adoptClasses(like.Classes)
	}
	return r, err
}
