package presenter

import (
	"context"
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/survey"
	"qunxiang/sdk/expr"
)

// Surveyed is what the surveys' page needs of a project.
type Surveyed interface {
	Surveys(ctx context.Context) ([]string, error)
	Survey(ctx context.Context, name string, asOf core.Date) (*survey.Report, error)
	SurveySettings(name string) (survey.Settings, error)
	ChangeSurvey(ctx context.Context, name string, change func(*survey.Settings)) error
	Respondents(ctx context.Context, name string) (known, all int, err error)
	Keys(ctx context.Context) (*core.Dict, error)
	ShownKeys(ctx context.Context) (*core.Dict, error)
}

// SurveyState is what the section of surveys shows.
type SurveyState struct {
	Phase   Phase // Empty = the project has no survey
	Names   []string
	Name    string
	Report  *SurveyReport
	Known   int // respondents who are customers by purchases or attributes, too
	All     int // respondents
	Changed bool
	CanUndo bool
	CanRedo bool
	Busy    bool            // a newer report is being made
	Picked  map[string]bool // items ticked for a scale of the user's own
	Err     error
	Wrong   error // the last change was refused; the report before stays
}

// SurveyReport is what a survey says.
type SurveyReport = survey.Report

// SurveyItem is one column of it.
type SurveyItem = survey.ItemReport

// SurveyScale is a group of its ratings.
type SurveyScale = survey.Scale

// SurveyScore is a net promoter score.
type SurveyScore = survey.Score

// The kinds that pages look at one by one.
const (
	KindLikert = survey.Likert
	KindNPS    = survey.NPS
)

// SurveyKinds lists the kinds that an item may be given.
func SurveyKinds() []string {
	out := make([]string, 0, len(survey.Kinds()))
	for _, k := range survey.Kinds() {
		out = append(out, string(k))
	}
	return out
}

// SurveyFlags lists what a respondent may be remarked for.
func SurveyFlags() []string { return survey.Flags() }

// FlagStraight is the flag that is a feature of customers as well.
const FlagStraight = survey.FlagStraight

// AlphaWord judges a reliability by the usual marks (Nunnally 1978; George and Mallery
// 2003): "good", "fair", "doubtful", "poor".
func AlphaWord(a float64) string {
	switch {
	case a >= 0.8:
		return "good"
	case a >= 0.7:
		return "fair"
	case a >= 0.6:
		return "doubtful"
	}
	return "poor"
}

// Survey is the presenter of the section of surveys.
type Survey struct {
	Live[SurveyState]
	exec    Exec
	desk    Desk
	session *Session
	read    reader
	cancel  func()
	past    map[string]*history[survey.Settings] // by survey
}

// NewSurvey makes the presenter.
func NewSurvey(desk Desk, exec Exec, session *Session) *Survey {
	return &Survey{desk: desk, exec: exec, session: session, read: reader{exec: exec}, past: map[string]*history[survey.Settings]{}}
}

func (v *Survey) update(f func(*SurveyState)) {
	st := v.state
	f(&st)
	v.set(st)
}

// Reset forgets everything: another project is open.
func (v *Survey) Reset() {
	v.stop()
	v.past = map[string]*history[survey.Settings]{}
	v.set(SurveyState{})
}

func (v *Survey) stop() {
	v.read.stop()
	if v.cancel != nil {
		v.cancel()
		v.cancel = nil
	}
}

// Load reads the survey that is chosen, the first one at first.
func (v *Survey) Load() { v.Choose(v.state.Name) }

type surveyRead struct {
	names      []string
	name       string
	report     *survey.Report
	known, all int
	changed    bool
}

// Choose shows a survey.
func (v *Survey) Choose(name string) {
	p := v.session.Project()
	if p == nil {
		v.Reset()
		return
	}
	v.update(func(s *SurveyState) {
		s.Busy = true
		if s.Report == nil || name != s.Name {
			s.Phase, s.Report, s.Picked, s.Wrong = Loading, nil, nil, nil
		}
		s.Name = name
	})
	fetch(&v.read, func(ctx context.Context) (surveyRead, error) { return readSurvey(ctx, p, name) }, v.take)
}

func readSurvey(ctx context.Context, p Project, name string) (out surveyRead, err error) {
	if out.names, err = p.Surveys(ctx); err != nil || len(out.names) == 0 {
		return out, err
	}
	if out.name = name; !slices.Contains(out.names, name) {
		out.name = out.names[0]
	}
	if out.report, err = p.Survey(ctx, out.name, core.NoDate); err != nil {
		return out, err
	}
	s, err := p.SurveySettings(out.name)
	if err != nil {
		return out, err
	}
	b, err := s.Document()
	if err != nil {
		return out, err
	}
	out.changed = string(b) != "{}"
	out.known, out.all, err = p.Respondents(ctx, out.name)
	return out, err
}

func (v *Survey) take(r surveyRead, err error) {
	v.update(func(s *SurveyState) {
		s.Busy, s.Err, s.Names = false, err, r.names
		switch {
		case err != nil:
			s.Phase = Failed
		case len(r.names) == 0:
			s.Phase, s.Report = Empty, nil
		default:
			s.Phase, s.Name, s.Report, s.Known, s.All, s.Changed = Ready, r.name, r.report, r.known, r.all, r.changed
			_, s.CanUndo = v.history(r.name).last()
			_, s.CanRedo = v.history(r.name).coming()
		}
	})
}

// ForgetAll goes back to everything as it was found.
func (v *Survey) ForgetAll() { v.change(func(s *survey.Settings) { *s = survey.Settings{} }) }

// SetKind says what an item asks; "" = as found.
func (v *Survey) SetKind(item, kind string) {
	v.change(func(s *survey.Settings) {
		if kind == "" {
			delete(s.Kinds, item)
			return
		}
		put(&s.Kinds, item, survey.Kind(kind))
	})
}

// SetReversed says whether an item counts the other way round in its scale.
func (v *Survey) SetReversed(item string, on bool) {
	v.change(func(s *survey.Settings) { put(&s.Reversed, item, on) })
}

// SetLabel calls an item or a scale otherwise; "" = as it is.
func (v *Survey) SetLabel(name, label string) {
	v.change(func(s *survey.Settings) {
		if label = strings.TrimSpace(label); label == "" {
			delete(s.Labels, name)
			return
		}
		put(&s.Labels, name, label)
	})
}

// SetWeight takes a column for the weight of the respondents, "" = none.
func (v *Survey) SetWeight(column string) {
	v.change(func(s *survey.Settings) { s.Weight = &column })
}

// Exclude leaves the respondents with a flag out, or lets them count again.
func (v *Survey) Exclude(flag string, on bool) {
	v.change(func(s *survey.Settings) {
		s.Exclude = slices.DeleteFunc(s.Exclude, func(f string) bool { return f == flag })
		if on {
			s.Exclude = append(s.Exclude, flag)
		}
	})
}

// Pick ticks an item for a scale.
func (v *Survey) Pick(item string, on bool) {
	v.update(func(s *SurveyState) {
		picked := maps.Clone(s.Picked)
		if picked == nil {
			picked = map[string]bool{}
		}
		delete(picked, item)
		if on {
			picked[item] = true
		}
		s.Picked = picked
	})
}

// PickedItems are the ticked items in the order of the survey.
func (s SurveyState) PickedItems() []string {
	var out []string
	if s.Report == nil {
		return nil
	}
	for _, it := range s.Report.Items {
		if s.Picked[it.Name] {
			out = append(out, it.Name)
		}
	}
	return out
}

// MakeScale makes a scale of the ticked items.
func (v *Survey) MakeScale(name string) {
	items := v.state.PickedItems()
	if name = strings.TrimSpace(name); name == "" || len(items) < 2 {
		return
	}
	v.update(func(s *SurveyState) { s.Picked = nil })
	v.change(func(s *survey.Settings) { put(&s.Scales, name, items) })
}

// KeepScale makes a scale that was only supposed one that makes a score.
func (v *Survey) KeepScale(name string) {
	at := slices.IndexFunc(v.state.Report.Scales, func(sc *survey.Scale) bool { return sc.Name == name })
	if at < 0 {
		return
	}
	var items []string
	for _, it := range v.state.Report.Scales[at].Items {
		items = append(items, it.Name)
	}
	v.change(func(s *survey.Settings) { put(&s.Scales, name, items) })
}

// DropScale says that there is no such scale.
func (v *Survey) DropScale(name string) {
	v.change(func(s *survey.Settings) { put(&s.Scales, name, []string{}) })
}

// Reaches is the expression for the customers whose value in a column is n or more.
func Reaches(column string, n float64) string { return expr.Quote(column) + " >= " + plainNumber(n) }

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// Respondent is one who is remarked for something.
type Respondent struct {
	Row      int // of the survey, from 1
	Customer string
	Flags    []string
	Longest  int     // the longest run of the same rating
	Missing  float64 // share of the questions without an answer
	Seconds  float64 // taken; NaN = not known
}

// Flagged reads the respondents behind a flag, the customers as people may see them.
func (v *Survey) Flagged(flag string, done func([]Respondent, error)) {
	p, rep := v.session.Project(), v.state.Report
	if p == nil || rep == nil {
		return
	}
	fetch(&v.read, func(ctx context.Context) ([]Respondent, error) { return respondents(ctx, p, rep, flag) }, done)
}

func respondents(ctx context.Context, p Project, rep *survey.Report, flag string) ([]Respondent, error) {
	keys, err := p.Keys(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := p.ShownKeys(ctx)
	if err != nil {
		return nil, err
	}
	as := map[string]string{}
	if shown != keys {
		for i := range keys.Len() {
			as[keys.At(i)] = shown.At(i)
		}
	}
	q := rep.Quality
	rows := rep.Flagged(flag)
	out := make([]Respondent, len(rows))
	for k, i := range rows {
		customer := rep.Key(i)
		if masked, ok := as[customer]; ok {
			customer = masked
		}
		out[k] = Respondent{Row: i + 1, Customer: customer, Flags: q.Of[i], Longest: q.Longest[i], Missing: q.Missing[i], Seconds: q.Seconds[i]}
	}
	return out, ctx.Err()
}

// Features are the columns that a segmentation by this survey begins with, and the method
// that can take them: the scores of scales that are sure and the ratings in none, or where
// there are no ratings the choices.
func (s SurveyState) Features() (names []string, method string) {
	if s.Report == nil {
		return nil, ""
	}
	made := s.Report.Made()
	for _, sc := range s.Report.Scales {
		if sc.Sure && !sc.TooWide {
			names = append(names, survey.ScalePrefix+sc.Name)
		}
	}
	var choices []string
	for _, it := range s.Report.Items {
		switch {
		case it.Answered == 0:
		case it.Kind == survey.Likert && !slices.Contains(made, it.Name):
			names = append(names, it.Name)
		case it.Kind == survey.NPS && !slices.Contains(names, survey.FeatureNPS):
			names = append(names, survey.FeatureNPS)
		case it.Kind == survey.Binary, it.Kind == survey.Single, it.Kind == survey.Multi && it.Separator == "":
			choices = append(choices, it.Name)
		}
	}
	if len(names) >= 2 {
		return names, "kmeans"
	}
	if names = append(names, choices...); len(names) < 2 {
		return nil, ""
	}
	return names, "mixed"
}

// ColumnNPSGroup is the column of the groups by how likely customers are to recommend.
const ColumnNPSGroup = survey.FeatureNPSGroup

// Recommending is the condition of the customers of a group: "promoter", "passive" or
// "detractor".
func Recommending(group string) string { return Equals(survey.FeatureNPSGroup, group) }
