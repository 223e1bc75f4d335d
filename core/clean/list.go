package clean

import (
	"bytes"
	"encoding/json"
	"slices"

	"qunxiang/core"
)

// List is the steps of a project in the order in which they are applied, with what is
// needed to undo and redo its edits. A List is a value: its methods return another.
type List struct {
	Steps []Step
	next  int
	undo  []edit
	redo  []edit
}

// edit is one change of the list: at its place the step Old became New. An insertion has
// no Old, a removal no New. A move is a removal and an insertion, told by To.
type edit struct {
	At  int   `json:"at"`
	To  int   `json:"to,omitempty"` // of a move, Old and New nil
	Old *Step `json:"old,omitempty"`
	New *Step `json:"new,omitempty"`
}

// document is a List as it is stored.
type document struct {
	Version int    `json:"version"`
	Next    int    `json:"next"`
	Steps   []Step `json:"steps"`
	Undo    []edit `json:"undo,omitempty"`
	Redo    []edit `json:"redo,omitempty"`
}

// Limits of a stored list: it has to fit a setting of the project file.
const (
	maxSteps = 500
	maxUndo  = 100
	maxBytes = 4 << 20
	version  = 1
)

// Parse reads a stored list; nothing gives an empty one. What it returns has passed
// [Step.Check]. The error has code "steps_damaged", or "steps_newer" for a list of a later
// version of the program.
func Parse(b []byte) (List, error) {
	if len(bytes.TrimSpace(b)) == 0 {
		return List{next: 1}, nil
	}
	damaged := func(err error) (List, error) {
		return List{}, &core.Error{Code: "steps_damaged", Origin: core.OriginData, Op: "steps", Err: err}
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		return damaged(err)
	}
	if d.Version > version {
		return List{}, &core.Error{Code: "steps_newer", Origin: core.OriginData, Op: "steps"}
	}
	if d.Version < 1 || len(d.Steps) > maxSteps || len(b) > maxBytes {
		return damaged(nil)
	}
	l := List{Steps: d.Steps, next: max(d.Next, 1)}
	seen := map[int]bool{}
	for _, s := range d.Steps {
		if err := s.Check(); err != nil || s.ID < 1 || seen[s.ID] {
			return damaged(err)
		}
		seen[s.ID] = true
		l.next = max(l.next, s.ID+1)
	}
	if back, ok := replayable(l.Steps, d.Undo, edit.reversed); ok { // otherwise there is nothing to undo
		l.undo = back
	}
	if on, ok := replayable(l.Steps, d.Redo, func(e edit) edit { return e }); ok {
		l.redo = on
	}
	return l, nil
}

// replayable reports whether edits, last first, fit a list one after the other, and their
// steps are sound.
func replayable(steps []Step, edits []edit, turn func(edit) edit) ([]edit, bool) {
	if len(edits) > maxUndo {
		return nil, false
	}
	for _, e := range slices.Backward(edits) {
		for _, s := range []*Step{e.Old, e.New} {
			if s != nil && (s.Check() != nil || s.ID < 1) {
				return nil, false
			}
		}
		var ok bool
		if steps, ok = turn(e).apply(steps); !ok {
			return nil, false
		}
	}
	return edits, true
}

// Encode writes the list for [Parse]. Where it does not fit a project's setting, what lies
// furthest back is forgotten by Undo; the error has code "steps_too_large".
func (l List) Encode() ([]byte, error) {
	for {
		b, err := json.Marshal(document{version, l.next, l.Steps, l.undo, l.redo})
		if err != nil {
			return nil, err
		}
		switch {
		case len(b) <= maxBytes && len(l.Steps) <= maxSteps:
			return b, nil
		case len(l.undo) > 0:
			l.undo = l.undo[(len(l.undo)+1)/2:]
		case len(l.redo) > 0:
			l.redo = nil
		default:
			return nil, &core.Error{Code: "steps_too_large", Origin: core.OriginUser, Op: "steps", Args: core.Args{"steps": len(l.Steps), "most": maxSteps}}
		}
	}
}

// Active returns the steps that are switched on, in order.
func (l List) Active() []Step {
	return slices.DeleteFunc(slices.Clone(l.Steps), func(s Step) bool { return s.Off })
}

// Step returns the step with the id; the error has code "step_unknown".
func (l List) Step(id int) (Step, error) {
	at, err := l.find(id)
	if err != nil {
		return Step{}, err
	}
	return l.Steps[at], nil
}

// Add puts a step at the end and gives it its id.
func (l List) Add(s Step) (List, Step, error) {
	if err := s.Check(); err != nil {
		return l, s, err
	}
	s.ID = max(l.next, 1)
	l.next = s.ID + 1
	return l.did(edit{At: len(l.Steps), New: &s}), s, nil
}

// Set replaces the step of the same id, Off included.
func (l List) Set(s Step) (List, error) {
	at, err := l.find(s.ID)
	if err != nil {
		return l, err
	}
	if err := s.Check(); err != nil {
		return l, err
	}
	old := l.Steps[at]
	return l.did(edit{At: at, Old: &old, New: &s}), nil
}

// Switch switches a step on or off.
func (l List) Switch(id int, on bool) (List, error) {
	s, err := l.Step(id)
	if err != nil || s.Off == !on {
		return l, err
	}
	s.Off = !on
	return l.Set(s)
}

// Remove takes a step out.
func (l List) Remove(id int) (List, error) {
	at, err := l.find(id)
	if err != nil {
		return l, err
	}
	old := l.Steps[at]
	return l.did(edit{At: at, Old: &old}), nil
}

// Move puts a step at a position, 0 for the first.
func (l List) Move(id, to int) (List, error) {
	at, err := l.find(id)
	if err != nil {
		return l, err
	}
	to = min(max(to, 0), len(l.Steps)-1)
	if to == at {
		return l, nil
	}
	return l.did(edit{At: at, To: to}), nil
}

// Undoes and Redoes report how many edits [List.Undo] and [List.Redo] can take.
func (l List) Undoes() int { return len(l.undo) }

// Redoes reports how many edits can be made again.
func (l List) Redoes() int { return len(l.redo) }

// Undo takes the last edit back; the error has code "nothing_to_undo".
func (l List) Undo() (List, error) {
	if len(l.undo) == 0 {
		return l, &core.Error{Code: "nothing_to_undo", Origin: core.OriginUser, Op: "steps"}
	}
	e := l.undo[len(l.undo)-1]
	l.Steps, _ = e.reversed().apply(l.Steps)
	l.undo, l.redo = l.undo[:len(l.undo)-1], append(slices.Clip(l.redo), e)
	return l, nil
}

// Redo makes the edit again that was last taken back; the error has code "nothing_to_redo".
func (l List) Redo() (List, error) {
	if len(l.redo) == 0 {
		return l, &core.Error{Code: "nothing_to_redo", Origin: core.OriginUser, Op: "steps"}
	}
	e := l.redo[len(l.redo)-1]
	l.Steps, _ = e.apply(l.Steps)
	l.undo, l.redo = append(slices.Clip(l.undo), e), l.redo[:len(l.redo)-1]
	return l, nil
}

func (l List) did(e edit) List {
	l.Steps, _ = e.apply(l.Steps)
	l.undo, l.redo = append(slices.Clip(l.undo), e), nil
	if over := len(l.undo) - maxUndo; over > 0 {
		l.undo = l.undo[over:]
	}
	return l
}

func (l List) find(id int) (int, error) {
	at := slices.IndexFunc(l.Steps, func(s Step) bool { return s.ID == id })
	if at < 0 {
		known := []int{}
		for _, s := range l.Steps {
			known = append(known, s.ID)
		}
		return 0, &core.Error{Code: "step_unknown", Origin: core.OriginUser, Op: "steps", Args: core.Args{"id": id, "known": len(known)}}
	}
	return at, nil
}

func (e edit) moves() bool { return e.Old == nil && e.New == nil }

func (e edit) reversed() edit {
	if e.moves() {
		return edit{At: e.To, To: e.At}
	}
	return edit{At: e.At, Old: e.New, New: e.Old}
}

// apply returns the list after the edit; ok is false where it does not fit.
func (e edit) apply(steps []Step) (out []Step, ok bool) {
	switch {
	case e.At < 0 || e.At > len(steps) || e.At == len(steps) && (e.Old != nil || e.moves()):
		return steps, false
	case e.moves():
		if e.To < 0 || e.To >= len(steps) {
			return steps, false
		}
		s := steps[e.At]
		out = slices.Delete(slices.Clone(steps), e.At, e.At+1)
		return slices.Insert(out, e.To, s), true
	case e.Old != nil && steps[e.At].ID != e.Old.ID:
		return steps, false
	case e.Old == nil:
		return slices.Insert(slices.Clone(steps), e.At, *e.New), true
	case e.New == nil:
		return slices.Delete(slices.Clone(steps), e.At, e.At+1), true
	}
	out = slices.Clone(steps)
	out[e.At] = *e.New
	return out, true
}
