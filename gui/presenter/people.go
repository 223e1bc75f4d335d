package presenter

import (
	"context"
	"maps"
	"slices"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// The states of a pair of customers who may be one.
const (
	PairOpen     = workspace.PairOpen
	PairLater    = workspace.PairLater
	PairAccepted = workspace.PairAccepted
	PairRejected = workspace.PairRejected
)

// bandSure is the band of pairs that need no look.
const bandSure = "sure"

// PairStates lists them in the order in which they are shown.
func PairStates() []string { return []string{PairOpen, PairLater, PairAccepted, PairRejected} }

// Pair is two customers who may be one.
type Pair = workspace.Duplicate

// PairView is two customers side by side.
type PairView = workspace.PairView

// Bought is what a customer's purchases come to.
type Bought = workspace.Bought

// PeopleState is what the section of customers who are there twice shows.
type PeopleState struct {
	Phase  Phase
	Err    error
	Busy   bool // decisions are being stored
	Found  *workspace.Duplicates
	Pairs  []Pair // with the decisions that are not stored yet
	Filter string // state of the pairs that are listed
	List   []int  // positions in Pairs
	At     int    // position in List
	View   *PairView
	Reveal bool
	Undoes int
	Redoes int
}

// Count returns how many pairs are in a state.
func (s PeopleState) Count(state string) int {
	n := 0
	for i := range s.Pairs {
		if s.Pairs[i].State == state {
			n++
		}
	}
	return n
}

// Sure returns how many open pairs are sure.
func (s PeopleState) Sure() int {
	n := 0
	for i := range s.Pairs {
		if s.Pairs[i].State == PairOpen && s.Pairs[i].Band == bandSure {
			n++
		}
	}
	return n
}

// IsSure reports whether a pair is sure.
func IsSure(p Pair) bool { return p.Band == bandSure }

// Now is the pair that is looked at, nil for none.
func (s PeopleState) Now() *Pair {
	if s.At < 0 || s.At >= len(s.List) {
		return nil
	}
	return &s.Pairs[s.List[s.At]]
}

// People is the presenter of the section. Decisions show at once and are stored one task
// after the other.
type People struct {
	Live[PeopleState]
	desk     Desk
	exec     Exec
	session  *Session
	project  Project
	revision int
	asked    int
	cancel   func()
	book     *workspace.PairBook
	pending  map[string]string // states by id that wait to be stored
	storing  bool
	past     []map[string]string // states of before, by id
	next     []map[string]string
}

// NewPeople makes the presenter.
func NewPeople(desk Desk, exec Exec, session *Session) *People {
	return &People{desk: desk, exec: exec, session: session}
}

func (p *People) update(f func(*PeopleState)) {
	st := p.state
	f(&st)
	p.set(st)
}

// Reset forgets everything: another project is open.
func (p *People) Reset() {
	p.Cancel()
	p.asked++
	p.project, p.book, p.pending, p.past, p.next, p.storing, p.cancel = nil, nil, nil, nil, nil, false, nil
	p.set(PeopleState{})
}

// Load looks for pairs unless that was done since the data changed last.
func (p *People) Load() {
	now := p.session.Project()
	switch {
	case now == nil:
		p.Reset()
	case p.storing || now == p.project && now.Revision() == p.revision && p.state.Phase != Failed:
	default:
		p.look(now)
	}
}

// Retry looks again.
func (p *People) Retry() {
	if now := p.session.Project(); now != nil {
		p.look(now)
	}
}

// Cancel stops the search.
func (p *People) Cancel() {
	if p.cancel != nil {
		p.cancel()
	}
}

type peopleRead struct {
	found *workspace.Duplicates
	book  *workspace.PairBook
}

func (p *People) look(now Project) {
	if now != p.project {
		p.past, p.next, p.pending = nil, nil, nil
	}
	p.project, p.revision = now, now.Revision()
	p.asked++
	asked := p.asked
	p.update(func(s *PeopleState) {
		if s.Found == nil {
			s.Phase, s.Err = Loading, nil
		}
	})
	var out peopleRead
	p.cancel = p.desk.Start("duplicates", core.Message{Key: "gui.task.duplicates"}, func(ctx context.Context, pr core.Progress) (err error) {
		if out.found, err = now.Duplicates(ctx, pr); err != nil {
			return err
		}
		out.book, err = now.Book(ctx, out.found.Pairs)
		return err
	}, func(err error) {
		p.exec.Post(func() {
			if asked == p.asked && p.session.Project() == now {
				p.cancel = nil
				p.take(out, err)
			}
		})
	})
}

func (p *People) take(out peopleRead, err error) {
	switch {
	case core.CodeOf(err) == "no_data":
		p.set(PeopleState{})
		return
	case err != nil:
		p.update(func(s *PeopleState) { s.Phase, s.Err, s.Found = Failed, err, nil })
		return
	}
	p.book = out.book
	p.update(func(s *PeopleState) {
		first := s.Found == nil
		s.Phase, s.Err, s.Found, s.Pairs = Ready, nil, out.found, slices.Clone(out.found.Pairs)
		for i := range s.Pairs {
			if state, ok := p.pending[s.Pairs[i].ID]; ok {
				s.Pairs[i].State = state
			}
		}
		if s.Filter == "" || first {
			s.Filter = PairOpen
		}
	})
	p.list()
}

// list makes the list of the pairs in the chosen state and shows the one at the place.
func (p *People) list() {
	p.update(func(s *PeopleState) {
		s.List = nil
		for i := range s.Pairs {
			if s.Pairs[i].State == s.Filter {
				s.List = append(s.List, i)
			}
		}
		s.Undoes, s.Redoes = len(p.past), len(p.next)
	})
	p.Select(p.state.At)
}

// Filter lists the pairs of another state.
func (p *People) Filter(state string) {
	p.update(func(s *PeopleState) { s.Filter, s.At = state, 0 })
	p.list()
}

// Select shows a pair of the list side by side.
func (p *People) Select(at int) {
	p.update(func(s *PeopleState) {
		s.At = max(0, min(at, len(s.List)-1))
		s.View = nil
		if now := s.Now(); now != nil && p.book != nil {
			v := p.book.View(*now, s.Reveal)
			s.View = &v
		}
	})
}

// Move goes up or down the list.
func (p *People) Move(by int) { p.Select(p.state.At + by) }

// Reveal shows what is masked, or masks it again.
func (p *People) Reveal() {
	p.update(func(s *PeopleState) { s.Reveal = !s.Reveal })
	p.Select(p.state.At)
}

// Decide gives the pair that is looked at a state; the next one of the list follows.
func (p *People) Decide(state string) {
	if now := p.state.Now(); now != nil && now.State != state {
		p.decide(map[string]string{now.ID: state})
	}
}

// AcceptSure makes one customer of every open pair that is sure.
func (p *People) AcceptSure() {
	batch := map[string]string{}
	for _, d := range p.state.Pairs {
		if d.State == PairOpen && d.Band == bandSure {
			batch[d.ID] = PairAccepted
		}
	}
	if len(batch) > 0 {
		p.decide(batch)
	}
}

func (p *People) decide(batch map[string]string) {
	p.past, p.next = append(p.past, p.apply(batch)), nil
	p.list()
}

// Undo takes the last decision back.
func (p *People) Undo() {
	if n := len(p.past); n > 0 {
		p.next = append(p.next, p.apply(p.past[n-1]))
		p.past = p.past[:n-1]
		p.list()
	}
}

// Redo makes it again.
func (p *People) Redo() {
	if n := len(p.next); n > 0 {
		p.past = append(p.past, p.apply(p.next[n-1]))
		p.next = p.next[:n-1]
		p.list()
	}
}

// apply gives pairs their states at once, has them stored, and returns the states of before.
func (p *People) apply(batch map[string]string) map[string]string {
	before := make(map[string]string, len(batch))
	if p.pending == nil {
		p.pending = map[string]string{}
	}
	p.update(func(s *PeopleState) {
		s.Pairs = slices.Clone(s.Pairs)
		for i := range s.Pairs {
			d := &s.Pairs[i]
			if state, ok := batch[d.ID]; ok {
				before[d.ID] = d.State
				d.State = state
				p.pending[d.ID] = state
			}
		}
	})
	p.store()
	return before
}

// store stores what waits, one task at a time.
func (p *People) store() {
	now := p.session.Project()
	if now == nil || p.storing || len(p.pending) == 0 {
		return
	}
	batch := p.pending
	p.pending, p.storing = nil, true
	p.asked++ // a search on its way would show the states of before
	asked := p.asked
	p.update(func(s *PeopleState) { s.Busy = true })
	var out peopleRead
	p.cancel = p.desk.Start("decide", core.Message{Key: "gui.task.decide"}, func(ctx context.Context, pr core.Progress) (err error) {
		if out.found, err = now.DecideDuplicates(ctx, decision(batch), pr); err != nil {
			return err
		}
		out.book, err = now.Book(ctx, out.found.Pairs)
		return err
	}, func(err error) {
		p.exec.Post(func() {
			if p.session.Project() == now && asked == p.asked {
				p.stored(now, out, err)
			}
		})
	})
}

func (p *People) stored(now Project, out peopleRead, err error) {
	p.storing, p.cancel = false, nil
	p.update(func(s *PeopleState) { s.Busy = false })
	if err != nil {
		p.session.Fail(err)
		p.past, p.next, p.pending = nil, nil, nil
		p.look(now)
		return
	}
	p.revision = now.Revision()
	if len(p.pending) > 0 {
		p.store()
		return
	}
	p.take(out, nil)
}

func decision(batch map[string]string) workspace.PairDecision {
	var d workspace.PairDecision
	for _, id := range slices.Sorted(maps.Keys(batch)) {
		switch batch[id] {
		case PairAccepted:
			d.Accept = append(d.Accept, id)
		case PairRejected:
			d.Reject = append(d.Reject, id)
		case PairLater:
			d.Later = append(d.Later, id)
		default:
			d.Reopen = append(d.Reopen, id)
		}
	}
	return d
}
