package presenter

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// CutState is the cut of a dendrogram that the user holds.
type CutState struct {
	Height float64
	Groups []chart.Branch // below the cut, from left to right
	Own    bool           // the result's own cut
	Most   int            // groups that a cut can leave
}

// ChoiceState is what speaks for one number of groups or another.
type ChoiceState struct {
	Ks        []int // compared by the method, rising
	Chosen    int   // of the result
	Picked    int   // looked at beside it; 0 = none
	Votes     []Vote
	Indices   []IndexPair // chosen beside picked
	Comparing bool
	Err       error
	Changes   []Change // what the picked number does to the segments, largest first
	Moves     []Move   // customers that change their segment otherwise, most first
	Result    *core.Segmentation
}

// Vote is the number of groups that an index prefers; 0 = none.
type Vote struct {
	Index string
	K     int
}

// IndexPair is an index for the chosen and for the picked number of groups.
type IndexPair struct {
	Index          string
	Chosen, Picked float64
}

// Change is a segment that another number of groups divides, or several that it joins.
type Change struct {
	Before, After []Group
}

// Move is customers of a segment that another number of groups puts elsewhere.
type Move struct {
	From, To sdk.Text
	Size     int
}

// Group is a group of customers in a Change.
type Group struct {
	Name   sdk.Text
	Size   int
	Amount float64
}

// noStability asks a trial run for no replicates: only its segments are looked at.
const noStability = -1

// readEvidence prepares what the present chart can be worked with.
func (r *Results) readEvidence(s *ResultsState) {
	s.Cut, s.Choice, s.Node, s.dendrogram = nil, nil, nil, nil
	r.trial.stop()
	r.held = nil
	s.Options.Cut, s.Options.Node, s.Options.K = nil, 0, 0
	if d, ok := chart.ReadDendrogram(s.Seg); ok && slices.Contains(s.Kinds, chart.KindDendrogram) {
		s.dendrogram = d
		s.Cut = &CutState{Height: d.Own(), Groups: d.Cut(d.Own()), Own: true, Most: d.Most()}
	}
	if slices.Contains(s.Kinds, chart.KindSweep) {
		s.Choice = &ChoiceState{Ks: sweptKs(s.Seg), Chosen: len(s.Seg.Segments), Votes: votesOf(s.Seg)}
	}
}

func dataTable(s *core.Segmentation, id string) *table.Table {
	if t := s.DataTable(id); t != nil {
		return t
	}
	return &table.Table{}
}

func sweptKs(s *core.Segmentation) []int {
	var out []int
	t := dataTable(s, "sweep")
	if k := t.Column("k"); k != nil && k.Kind == table.Int64 {
		for i := range t.Rows {
			out = append(out, int(k.Ints[i]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func votesOf(s *core.Segmentation) []Vote {
	t := dataTable(s, "votes")
	index, k := t.Column("index"), t.Column("k")
	if index == nil || k == nil || k.Kind != table.Int64 || index.Kind != table.Category && index.Kind != table.String {
		return nil
	}
	out := make([]Vote, 0, t.Rows)
	for i := range t.Rows {
		v := Vote{Index: index.Text(i)}
		if !k.Missing(i) {
			v.K = int(k.Ints[i])
		}
		out = append(out, v)
	}
	return out
}

// Takes reports whether the method that made the result has a parameter.
func (s ResultsState) Takes(param string) bool {
	if s.Method == nil {
		return false
	}
	_, ok := s.Method.Info.Param(param)
	return ok
}

// SetCut moves the cut of the dendrogram to a height.
func (r *Results) SetCut(height float64) {
	d := r.state.dendrogram
	if d == nil {
		return
	}
	low, high := d.Range()
	height = min(max(height, low), high)
	r.update(func(s *ResultsState) {
		s.Cut = &CutState{Height: height, Groups: d.Cut(height), Most: d.Most()}
		s.Options.Cut = &height
	})
	r.figure()
}

// CutInto moves the cut so that it leaves k groups, or the nearest number that a cut can.
func (r *Results) CutInto(k int) {
	if d := r.state.dendrogram; d != nil && k >= 1 && k <= d.Most() {
		r.SetCut(d.Height(k))
	}
}

// ResetCut goes back to the result's own cut.
func (r *Results) ResetCut() {
	d := r.state.dendrogram
	if d == nil {
		return
	}
	r.update(func(s *ResultsState) {
		s.Cut = &CutState{Height: d.Own(), Groups: d.Cut(d.Own()), Own: true, Most: d.Most()}
		s.Options.Cut = nil
	})
	r.figure()
}

// UseCut runs the method again with the cut as it is now. ok is false where that is
// not possible.
func (r *Results) UseCut() bool {
	s := r.state
	if s.Cut == nil || s.Cut.Own {
		return false
	}
	change := map[string]string{"k": strconv.Itoa(len(s.Cut.Groups)), "height": ""}
	if !s.dendrogram.Monotone() {
		change = map[string]string{"k": "", "height": strconv.FormatFloat(s.Cut.Height, 'g', -1, 64)}
	}
	return r.Again(change)
}

// again is the run that made the result, with parameters changed; "" takes one back
// to its default.
func (r *Results) again(change map[string]string) workspace.RunRequest {
	req := workspace.RequestOf(r.state.Seg)
	maps.DeleteFunc(req.Set, func(id, _ string) bool { // of an older version of the method
		_, known := r.state.Method.Info.Param(id)
		return !known
	})
	maps.Copy(req.Set, change)
	return req
}

// Again runs the method of the result once more with some parameters changed, as a task,
// and shows the new run under the same name.
func (r *Results) Again(change map[string]string) bool {
	p, s := r.session.Project(), r.state
	if p == nil || s.Seg == nil || s.Method == nil || s.Running {
		return false
	}
	req := r.again(change)
	r.update(func(s *ResultsState) { s.Running = true })
	var seg *core.Segmentation
	r.desk.Start("run", core.Message{Key: "gui.task.run", Args: core.Args{"method": s.Method.Info.Name}}, func(ctx context.Context, pr core.Progress) (err error) {
		seg, err = p.Run(ctx, req, pr)
		return err
	}, func(err error) {
		r.exec.Post(func() {
			r.update(func(s *ResultsState) { s.Running = false })
			if r.session.Project() != p {
				return
			}
			if err != nil {
				r.session.Fail(err)
				return
			}
			r.session.Go(Route{Page: PageResults, Name: seg.Name, Run: seg.Run})
		})
	})
	return true
}

// PickK looks at another number of groups: the method divides the customers anew, and
// what becomes of the segments is told. 0 ends the look.
func (r *Results) PickK(k int) {
	c, p := r.state.Choice, r.session.Project()
	if c == nil || p == nil {
		return
	}
	r.trial.stop()
	look := *c
	look.Picked, look.Changes, look.Err, look.Comparing, look.Indices, look.Moves, look.Result = k, nil, nil, false, nil, nil, nil
	if k > 0 && k != c.Chosen && r.state.Takes("k") {
		look.Comparing = true
		look.Indices = indexPairs(r.state.Seg, c.Chosen, k)
	}
	r.update(func(s *ResultsState) { s.Choice, s.Options.K = &look, k })
	r.figure()
	if !look.Comparing {
		return
	}
	seg, req := r.state.Seg, r.again(map[string]string{"k": strconv.Itoa(k), "height": ""})
	req.Stability = noStability
	fetch(&r.trial, func(ctx context.Context) (*core.Segmentation, error) { return p.Try(ctx, req, core.NoProgress) }, func(other *core.Segmentation, err error) {
		done := look
		done.Comparing, done.Err = false, err
		if err == nil {
			done.Result = other
			done.Changes, done.Moves = compare(seg, other)
		}
		r.update(func(s *ResultsState) { s.Choice = &done })
	})
}

// StepK looks at the next number of groups that was compared, or the one before.
func (r *Results) StepK(step int) {
	c := r.state.Choice
	if c == nil {
		return
	}
	now := c.Picked
	if now == 0 {
		now = c.Chosen
	}
	if i := slices.Index(c.Ks, now) + step; slices.Contains(c.Ks, now) && i >= 0 && i < len(c.Ks) {
		r.PickK(c.Ks[i])
	}
}

// CanCompareKs reports whether the method would compare numbers of groups, which a number
// that was given has kept it from.
func (s ResultsState) CanCompareKs() bool {
	if s.Choice != nil || s.Method == nil || s.Seg == nil {
		return false
	}
	p, ok := s.Method.Info.Param("k")
	return ok && p.Auto
}

// indexPairs reads the indices of two numbers of groups from the sweep.
func indexPairs(s *core.Segmentation, chosen, picked int) []IndexPair {
	t := dataTable(s, "sweep")
	k := t.Column("k")
	if k == nil || k.Kind != table.Int64 {
		return nil
	}
	a, b := slices.Index(k.Ints, int64(chosen)), slices.Index(k.Ints, int64(picked))
	if a < 0 || b < 0 {
		return nil
	}
	var out []IndexPair
	for _, id := range []string{"silhouette", "calinskiHarabasz", "daviesBouldin", "gap"} {
		if c := t.Column(id); c != nil && c.Numeric() && !c.Missing(a) && !c.Missing(b) {
			out = append(out, IndexPair{id, c.Float(a), c.Float(b)})
		}
	}
	return out
}
