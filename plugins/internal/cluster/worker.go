package cluster

import (
	"context"
	"sync"
	"sync/atomic"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
)

// BlockRows is the number of rows whose sums are made together. It is fixed: the
// result must not depend on how the work is shared out.
const BlockRows = 4096

// Worker carries what every long loop needs.
type Worker struct {
	Ctx     context.Context // of the run; a worker does not outlive it
	Stop    func() bool     // the user wants the best so far
	Threads int
	Shelf   *large.Shelf // of memory for what is passing; may be nil
}

// Gather is Gather in memory of the shelf.
func (w Worker) Gather(c Columns, rows []int32) Columns {
	out := vec.ColumnsOn(w.Shelf, len(rows), c.D)
	gather(out, c, rows)
	return out
}

// Single is the same worker with one thread, for work that already runs in parallel.
func (w Worker) Single() Worker {
	w.Threads = 1
	return w
}

// Each calls f for every i below n, on all threads, until the context ends.
func (w Worker) Each(n int, f func(i int)) error {
	if w.Threads < 2 || n < 2 {
		for i := range n {
			if w.Ctx.Err() != nil {
				break
			}
			f(i)
		}
		return w.Ctx.Err()
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(w.Threads, n) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && w.Ctx.Err() == nil; i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wg.Wait()
	return w.Ctx.Err()
}

// EachBlock calls f for every block of rows.
func (w Worker) EachBlock(n int, f func(block, from, to int)) error {
	return w.Each((n+BlockRows-1)/BlockRows, func(b int) { f(b, b*BlockRows, min((b+1)*BlockRows, n)) })
}

// Grouping is a division of points into k groups.
type Grouping struct {
	K          int
	Centres    []float64 // k rows
	Label      []int32
	Count      []int
	Inertia    float64 // sum of squared distances to the own centre
	Iterations int

	// own and next bound each row's distances for polish: at most to the own centre, at
	// least to the nearest other. Nil where nobody asks for them.
	Own, Next []float64
}

// ColumnMeans returns the mean of each column.
func ColumnMeans(p Points) []float64 {
	mean := make([]float64, p.D)
	for i := range p.N {
		for j, x := range p.Row(i) {
			mean[j] += x
		}
	}
	for j := range mean {
		mean[j] /= float64(p.N)
	}
	return mean
}
