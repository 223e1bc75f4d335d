package presenter

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/quality"
	"qunxiang/core/workspace"
)

// mostTouched is how many of the rows behind a number are listed.
const mostTouched = 5000

// QualityState is what the Quality section shows.
type QualityState struct {
	Phase     Phase
	Err       error
	Busy      bool // a newer card is being made, or steps are being changed
	Card      *quality.Card
	Steps     clean.List
	Dimension quality.Dimension // issues of which are shown; "" = all
	Stale     []core.RunHead    // results of other steps
	Fix       *FixState         // the fix that is looked at
	Rows      *RowsState        // the rows behind a number
}

// FixState is a fix before it is made.
type FixState struct {
	Issue  quality.Issue
	Choice int // position in Issue.Fixes
	Phase  Phase
	Err    error
	Change workspace.StepsChange
	Rows   workspace.Touched
}

// Step is the step that is looked at.
func (f FixState) Step() clean.Step { return f.Issue.Fixes[f.Choice] }

// RowsState are the rows and customers behind a number.
type RowsState struct {
	Phase Phase
	Err   error
	Issue *quality.Issue // nil = of a step
	Step  clean.Step
	Rows  workspace.Touched
}

// Quality is the presenter of the Quality section.
type Quality struct {
	Live[QualityState]
	desk     Desk
	exec     Exec
	session  *Session
	look     reader
	cancel   func()
	asked    int  // card that was asked for last
	changing bool // steps or results are being changed
	project  Project
	revision int
	known    func()
}

// NewQuality makes the presenter.
func NewQuality(desk Desk, exec Exec, session *Session) *Quality {
	return &Quality{desk: desk, exec: exec, session: session, look: reader{exec: exec}}
}

func (q *Quality) update(f func(*QualityState)) {
	st := q.state
	f(&st)
	q.set(st)
}

// Reset forgets everything: another project is open.
func (q *Quality) Reset() {
	q.Cancel()
	q.look.stop()
	q.project, q.changing, q.cancel = nil, false, nil
	q.set(QualityState{})
}

// OnKnown calls fn whenever a new card is there, whoever watches.
func (q *Quality) OnKnown(fn func()) { q.known = fn }

// mostJudged is the number of customers up to which the data are judged unasked.
const mostJudged = 300_000

// Score is the score of the data, as far as it is known; it has it computed where that is soon
// done.
func (q *Quality) Score() (score float64, known bool) {
	st := q.session.State()
	if !st.Open || len(st.Info.Sources) == 0 {
		return 0, false
	}
	if st.Info.Customers <= mostJudged && q.state.Phase != Failed {
		q.Load()
	}
	if c := q.state.Card; c != nil && q.project == q.session.Project() {
		return c.Score, true
	}
	return 0, false
}

// Load judges the data unless that was done since they changed last.
func (q *Quality) Load() {
	p := q.session.Project()
	if p == nil {
		q.Reset()
		return
	}
	if q.changing || p == q.project && p.Revision() == q.revision && q.state.Phase != Failed {
		return
	}
	q.judge(p)
}

type judged struct {
	card  *quality.Card
	steps clean.List
	stale []core.RunHead
}

// judge makes the scorecard as a task.
func (q *Quality) judge(p Project) {
	q.project, q.revision = p, p.Revision()
	q.asked++
	asked := q.asked
	q.update(func(s *QualityState) {
		s.Busy = true
		if s.Card == nil {
			s.Phase, s.Err = Loading, nil
		}
	})
	var out judged
	q.cancel = q.desk.Start("quality", core.Message{Key: "gui.task.quality"}, func(ctx context.Context, _ core.Progress) (err error) {
		out, err = readQuality(ctx, p)
		return err
	}, func(err error) {
		q.exec.Post(func() {
			if asked == q.asked && q.session.Project() == p {
				q.take(out, err)
			}
		})
	})
}

func readQuality(ctx context.Context, p Project) (out judged, err error) {
	if out.card, err = p.Quality(ctx, core.NoDate); err != nil {
		return out, err
	}
	if out.steps, err = p.Steps(ctx); err != nil {
		return out, err
	}
	out.stale, err = p.Stale(ctx)
	return out, err
}

func (q *Quality) take(out judged, err error) {
	q.cancel = nil
	q.update(func(s *QualityState) {
		s.Busy, s.Err = false, nil
		switch {
		case core.CodeOf(err) == "no_data":
			*s = QualityState{}
		case err != nil:
			s.Phase, s.Err, s.Card = Failed, err, nil
		default:
			s.Phase, s.Card, s.Steps, s.Stale = Ready, out.card, out.steps, out.stale
			if !slices.ContainsFunc(s.Card.Issues, func(i quality.Issue) bool { return i.Dimension == s.Dimension }) {
				s.Dimension = ""
			}
		}
	})
	if err == nil && q.known != nil {
		q.known()
	}
}

// Cancel stops what is running.
func (q *Quality) Cancel() {
	if q.cancel != nil {
		q.cancel()
	}
}

// Retry judges the data again.
func (q *Quality) Retry() {
	if p := q.session.Project(); p != nil {
		q.judge(p)
	}
}

// Show shows the issues of one dimension only; the same one again, or "", shows all.
func (q *Quality) Show(d quality.Dimension) {
	q.update(func(s *QualityState) {
		if s.Dimension == d {
			d = ""
		}
		s.Dimension = d
	})
}

// Issues are the issues that are shown.
func (s QualityState) Issues() []quality.Issue {
	if s.Card == nil || s.Dimension == "" {
		if s.Card == nil {
			return nil
		}
		return s.Card.Issues
	}
	var out []quality.Issue
	for _, i := range s.Card.Issues {
		if i.Dimension == s.Dimension {
			out = append(out, i)
		}
	}
	return out
}

// Issue returns the issue with an id, nil where it is gone.
func (s QualityState) Issue(id string) *quality.Issue {
	if s.Card != nil {
		for i := range s.Card.Issues {
			if s.Card.Issues[i].ID == id {
				return &s.Card.Issues[i]
			}
		}
	}
	return nil
}

// Preview tells what the fix of an issue would do. choice is its position among the fixes.
func (q *Quality) Preview(i quality.Issue, choice int) {
	p := q.session.Project()
	if p == nil || choice < 0 || choice >= len(i.Fixes) {
		return
	}
	step := i.Fixes[choice]
	q.update(func(s *QualityState) { s.Fix = &FixState{Issue: i, Choice: choice, Phase: Loading} })
	fetch(&q.look, func(ctx context.Context) (f FixState, err error) {
		if f.Change, err = p.EditSteps(ctx, adding(step), true); err != nil {
			return f, err
		}
		f.Rows, err = p.Touched(ctx, step, mostTouched)
		return f, err
	}, func(f FixState, err error) {
		f.Issue, f.Choice, f.Phase, f.Err = i, choice, Ready, err
		if err != nil {
			f.Phase = Failed
		}
		q.update(func(s *QualityState) { s.Fix = &f })
	})
}

func adding(s clean.Step) workspace.StepEdit {
	return func(l clean.List) (clean.List, error) {
		l, _, err := l.Add(s)
		return l, err
	}
}

// Away puts away the fix, or the rows, that were looked at.
func (q *Quality) Away() {
	q.look.stop()
	q.update(func(s *QualityState) { s.Fix, s.Rows = nil, nil })
}

// IssueRows lists the rows and customers behind an issue: those that its fix changes, or
// the examples where there is no fix.
func (q *Quality) IssueRows(i quality.Issue) {
	st := RowsState{Issue: &i, Phase: Ready, Rows: workspace.Touched{Rows: i.Examples, Total: i.Count}}
	if len(i.Fixes) > 0 {
		st.Step = i.Fixes[0]
		st.Phase = Loading
	}
	q.rows(st)
}

// StepRows lists what a step of the project changes.
func (q *Quality) StepRows(s clean.Step) { q.rows(RowsState{Step: s, Phase: Loading}) }

func (q *Quality) rows(st RowsState) {
	p := q.session.Project()
	if p == nil {
		return
	}
	q.update(func(s *QualityState) { s.Rows = &st })
	if st.Phase == Ready {
		return
	}
	fetch(&q.look, func(ctx context.Context) (workspace.Touched, error) { return p.Touched(ctx, st.Step, mostTouched) }, func(t workspace.Touched, err error) {
		st.Phase, st.Err = Ready, err
		if t.Total > 0 || st.Issue == nil {
			st.Rows = t
		}
		if err != nil {
			st.Phase = Failed
		}
		q.update(func(s *QualityState) { s.Rows = &st })
	})
}

// Apply adds the step that is looked at.
func (q *Quality) Apply(s clean.Step) { q.edit(adding(s)) }

// Switch switches a step on or off.
func (q *Quality) Switch(id int, on bool) {
	q.edit(func(l clean.List) (clean.List, error) { return l.Switch(id, on) })
}

// Remove takes a step out.
func (q *Quality) Remove(id int) {
	q.edit(func(l clean.List) (clean.List, error) { return l.Remove(id) })
}

// Move moves a step by some places.
func (q *Quality) Move(id, by int) {
	q.edit(func(l clean.List) (clean.List, error) {
		at := slices.IndexFunc(l.Steps, func(s clean.Step) bool { return s.ID == id })
		return l.Move(id, at+by)
	})
}

// Undo takes the last edit of the steps back.
func (q *Quality) Undo() {
	if q.state.Steps.Undoes() > 0 {
		q.edit(clean.List.Undo)
	}
}

// Redo makes it again.
func (q *Quality) Redo() {
	if q.state.Steps.Redoes() > 0 {
		q.edit(clean.List.Redo)
	}
}

// edit changes the steps as a task, and judges the data again.
func (q *Quality) edit(edit workspace.StepEdit) {
	p := q.session.Project()
	if p == nil || q.state.Busy {
		return
	}
	q.Away()
	q.change(p, "clean", core.Message{Key: "gui.task.clean"}, func(ctx context.Context, _ core.Progress) error {
		_, err := p.EditSteps(ctx, edit, false)
		return err
	})
}

// change runs a task that changes the project, and judges the data again.
func (q *Quality) change(p Project, kind string, title core.Message, do func(context.Context, core.Progress) error) {
	q.changing = true
	q.update(func(s *QualityState) { s.Busy = true })
	q.cancel = q.desk.Start(kind, title, do, func(err error) {
		q.exec.Post(func() {
			if q.session.Project() != p {
				return
			}
			q.cancel, q.changing = nil, false
			q.update(func(s *QualityState) { s.Busy = false })
			q.session.Fail(err)
			q.Load()
		})
	})
}

// RunAgain runs the results again that were made with other steps.
func (q *Quality) RunAgain() {
	p, stale := q.session.Project(), q.state.Stale
	if p == nil || len(stale) == 0 || q.state.Busy {
		return
	}
	q.change(p, "again", core.Message{Key: "gui.task.again", Args: core.Args{"n": len(stale)}}, func(ctx context.Context, pr core.Progress) error {
		for i, h := range stale {
			part := func(f float64, m core.Message) { pr((float64(i)+max(0, f))/float64(len(stale)), m) }
			if _, err := p.RunAgain(ctx, h.Name, part); err != nil {
				return err
			}
		}
		return nil
	})
}
