package presenter

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// history is that of the changes of a survey.
func (v *Survey) history(name string) *history[survey.Settings] {
	h := v.past[name]
	if h == nil {
		h = &history[survey.Settings]{}
		v.past[name] = h
	}
	return h
}

// change stores another reading of the survey, as a task; one that the answers contradict
// is refused and nothing changes.
func (v *Survey) change(f func(*survey.Settings)) {
	v.store(f, v.history(v.state.Name).did)
}

// Undo takes the last change back.
func (v *Survey) Undo() {
	h := v.history(v.state.Name)
	if last, ok := h.last(); ok && !v.state.Busy {
		v.store(func(s *survey.Settings) { *s = last }, h.undone)
	}
}

// Redo makes the change again that was taken back last.
func (v *Survey) Redo() {
	h := v.history(v.state.Name)
	if next, ok := h.coming(); ok && !v.state.Busy {
		v.store(func(s *survey.Settings) { *s = next }, h.redone)
	}
}

// store changes the survey's settings; done is told those before when that worked.
func (v *Survey) store(f func(*survey.Settings), done func(before survey.Settings)) {
	p, name := v.session.Project(), v.state.Name
	if p == nil || v.state.Report == nil {
		return
	}
	var before survey.Settings
	v.update(func(s *SurveyState) { s.Busy, s.Wrong = true, nil })
	v.cancel = v.desk.Start("survey", core.Message{Key: "gui.task.survey"}, func(ctx context.Context, _ core.Progress) error {
		return p.ChangeSurvey(ctx, name, func(s *survey.Settings) {
			before, _ = copySettings(*s)
			f(s)
		})
	}, func(err error) {
		v.exec.Post(func() {
			if v.session.Project() != p {
				return
			}
			if err != nil {
				v.update(func(s *SurveyState) {
					if s.Busy = false; !Cancelled(err) {
						s.Wrong = err
					}
				})
				return
			}
			done(before)
			v.Choose(v.state.Name)
		})
	})
}

// copySettings copies what changing one would change in the other.
func copySettings(s survey.Settings) (survey.Settings, error) {
	b, err := s.Document()
	if err != nil {
		return s, err
	}
	return survey.ParseSettings(b)
}
