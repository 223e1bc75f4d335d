package workspace

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/event"
	"qunxiang/core/survey"
)

// settingSurvey begins the settings that keep what the user said of a survey; its name
// follows.
const settingSurvey = "survey:"

// Surveys lists the names of the project's surveys.
func (p *Project) Surveys(ctx context.Context) ([]string, error) {
	records, err := p.Records(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range records {
		if r.Kind == core.SourceSurvey {
			names = append(names, r.Name)
		}
	}
	return names, nil
}

// survey finds a survey by its name; "" = the only one.
func (p *Project) survey(ctx context.Context, name string) (*core.Records, error) {
	records, err := p.Records(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	var only *core.Records
	for _, r := range records {
		if r.Kind != core.SourceSurvey {
			continue
		}
		if r.Name == name && name != "" {
			return r, nil
		}
		names, only = append(names, r.Name), r
	}
	switch {
	case len(names) == 0:
		return nil, &core.Error{Code: "no_survey", Origin: core.OriginUser, Op: "survey"}
	case name == "" && len(names) == 1:
		return only, nil
	case name == "":
		return nil, &core.Error{Code: "survey_which", Origin: core.OriginUser, Op: "survey", Args: core.Args{"known": names}}
	}
	return nil, &core.Error{Code: "unknown_survey", Origin: core.OriginUser, Op: "survey", Args: core.Args{"survey": name, "known": names}}
}

// Survey recognises a survey under its settings and counts its answers up to a date,
// NoDate = all. name "" = the only survey.
func (p *Project) Survey(ctx context.Context, name string, asOf core.Date) (*survey.Report, error) {
	r, err := p.survey(ctx, name)
	if err != nil {
		return nil, err
	}
	s, err := p.SurveySettings(r.Name)
	if err != nil {
		return nil, err
	}
	return prompt(ctx, func() (*survey.Report, error) { return survey.Analyse(ctx, r, s, asOf) })
}

// SurveySettings returns what the user said of a survey.
func (p *Project) SurveySettings(name string) (survey.Settings, error) {
	b, err := p.Setting(settingSurvey + name)
	if err != nil {
		return survey.Settings{}, err
	}
	return survey.ParseSettings(b)
}

// ChangeSurvey changes what the user said of a survey, "" = the only one, and stores it if
// the survey can have it. change gets the settings as they are; nil forgets them.
func (p *Project) ChangeSurvey(ctx context.Context, name string, change func(*survey.Settings)) error {
	r, err := p.survey(ctx, name)
	if err != nil {
		return err
	}
	var s survey.Settings
	if change != nil {
		if s, err = p.SurveySettings(r.Name); err != nil {
			return err
		}
		change(&s)
		if err := s.Check(r); err != nil {
			return err
		}
		if _, err := survey.Analyse(ctx, r, s, core.NoDate); err != nil { // a kind that the answers contradict
			return err
		}
	}
	b, err := s.Document()
	if err != nil {
		return err
	}
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.SetSetting(settingSurvey+r.Name, b); err != nil {
		return err
	}
	p.changed(true)
	return nil
}

// surveyFeatures makes the features of surveys.
func (p *Project) surveyFeatures(ctx context.Context, records []*core.Records, asOf core.Date) (*core.Attributes, error) {
	var surveys []*core.Records
	settings := map[string]survey.Settings{}
	for _, r := range records {
		if r.Kind != core.SourceSurvey {
			continue
		}
		s, err := p.SurveySettings(r.Name)
		if err != nil {
			return nil, err
		}
		surveys, settings[r.Name] = append(surveys, r), s
	}
	return prompt(ctx, func() (*core.Attributes, error) { return survey.Features(ctx, surveys, settings, asOf) })
}

// scaledItems are the items of surveys that a score or the recommendation is made of.
func (p *Project) scaledItems(ctx context.Context, asOf core.Date) ([]string, error) {
	names, err := p.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		r, err := p.Survey(ctx, name, asOf)
		if err != nil {
			return nil, err
		}
		out = append(out, r.Made()...)
	}
	return out, nil
}

// Events returns what the events of the project are up to a date, NoDate = the project's
// own.
func (p *Project) Events(ctx context.Context, asOf core.Date) (*event.Overview, error) {
	records, err := p.Records(ctx)
	if err != nil {
		return nil, err
	}
	if asOf == core.NoDate {
		if asOf, err = p.AsOf(ctx); err != nil {
			return nil, err
		}
	}
	o, err := event.Look(ctx, records, asOf)
	if err == nil && o == nil {
		err = &core.Error{Code: "no_events", Origin: core.OriginUser, Op: "events"}
	}
	return o, err
}

// Respondents tells how far the customers of a survey, "" = the only one, are known
// otherwise: of all who answered, known have purchases or attributes too.
func (p *Project) Respondents(ctx context.Context, name string) (known, all int, err error) {
	r, err := p.survey(ctx, name)
	if err != nil {
		return 0, 0, err
	}
	tx, attrs, err := p.loadLean(ctx)
	if err != nil {
		return 0, 0, err
	}
	codes, err := codesOf(ctx, r.Customers, tx.Customers)
	if err != nil {
		return 0, 0, err
	}
	elsewhere := make([]bool, tx.Customers.Len())
	for _, c := range tx.Customer {
		elsewhere[c] = true
	}
	if attrs != nil {
		described, err := codesOf(ctx, attrs.Customers, tx.Customers)
		if err != nil {
			return 0, 0, err
		}
		for _, c := range described {
			elsewhere[c] = true
		}
	}
	seen := make([]bool, r.Customers.Len())
	for _, c := range r.Customer {
		if seen[c] {
			continue
		}
		seen[c] = true
		all++
		if elsewhere[codes[c]] {
			known++
		}
	}
	return known, all, ctx.Err()
}
