package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core/survey"
)

// surveyFlags say what is to be changed in the settings of a survey.
type surveyFlags struct {
	kinds, scales, labels  []string
	reverse, keep, exclude string
	weight                 string
	reset                  bool
}

func newSurvey() *command {
	c := newCommand("survey", "P.qx", "[NAME]")
	var f surveyFlags
	c.flags.StringArrayVar(&f.kinds, "set", nil, "item=kind")
	c.flags.StringVar(&f.reverse, "reverse", "", "item,item")
	c.flags.StringVar(&f.keep, "not-reversed", "", "item,item")
	c.flags.StringArrayVar(&f.scales, "scale", nil, "NAME=item,item")
	c.flags.StringVar(&f.weight, "weight", "", "COLUMN|none|auto")
	c.flags.StringArrayVar(&f.labels, "label", nil, "item=text")
	c.flags.StringVar(&f.exclude, "exclude", "", "flag,flag|none")
	c.flags.BoolVar(&f.reset, "reset", false, "")
	asOf := c.flags.String("as-of", "", "DATE")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		day, err := dateFlag(*asOf)
		if err != nil {
			return err
		}
		change, err := f.change()
		if err != nil {
			return err
		}
		name := ""
		if len(operands) > 1 {
			name = operands[1]
		}
		open := s.look
		if change != nil || f.reset {
			open = s.project
		}
		p, err := open(ctx, operands[0])
		if err != nil {
			return err
		}
		if change != nil || f.reset {
			if err := changeSurvey(ctx, p, name, f.reset, change); err != nil {
				return err
			}
		}
		r, err := p.Survey(ctx, name, day)
		if err != nil {
			return err
		}
		show, err := p.Shown(ctx)
		if err != nil {
			return err
		}
		return s.answer(view.Survey(r, day, show), func(w *printer) { printSurvey(w, r, show) })
	}
	return c
}

type surveyChanger interface {
	ChangeSurvey(ctx context.Context, name string, change func(*survey.Settings)) error
	Save(ctx context.Context) error
}

// changeSurvey forgets the settings, changes them, or first the one and then the other.
func changeSurvey(ctx context.Context, p surveyChanger, name string, reset bool, change func(*survey.Settings)) error {
	apply := change
	if reset && change != nil {
		apply = func(s *survey.Settings) {
			*s = survey.Settings{}
			change(s)
		}
	}
	if err := p.ChangeSurvey(ctx, name, apply); err != nil {
		return err
	}
	return p.Save(ctx)
}

// change makes one change of all flags; nil where none is given.
func (f *surveyFlags) change() (func(*survey.Settings), error) {
	var all []func(*survey.Settings)
	for _, add := range []func() ([]func(*survey.Settings), error){f.setKinds, f.setReversed, f.setScales, f.setLabels} {
		changes, err := add()
		if err != nil {
			return nil, err
		}
		all = append(all, changes...)
	}
	switch f.weight {
	case "":
	case "auto":
		all = append(all, func(s *survey.Settings) { s.Weight = nil })
	case "none":
		all = append(all, func(s *survey.Settings) { s.Weight = new(string) })
	default:
		all = append(all, func(s *survey.Settings) { s.Weight = &f.weight })
	}
	if f.exclude == "none" {
		all = append(all, func(s *survey.Settings) { s.Exclude = nil })
	} else if list := names(f.exclude); list != nil {
		all = append(all, func(s *survey.Settings) { s.Exclude = list })
	}
	if all == nil {
		return nil, nil
	}
	return func(s *survey.Settings) {
		for _, change := range all {
			change(s)
		}
	}, nil
}

func (f *surveyFlags) setKinds() (out []func(*survey.Settings), err error) {
	for _, text := range f.kinds {
		at := strings.LastIndex(text, "=") // headers may have one, kinds do not
		if at <= 0 {
			return nil, badFlag("set", text, "item_kind")
		}
		item, kind := strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+1:])
		out = append(out, func(s *survey.Settings) {
			if kind == "auto" {
				delete(s.Kinds, item)
				return
			}
			if s.Kinds == nil {
				s.Kinds = map[string]survey.Kind{}
			}
			s.Kinds[item] = survey.Kind(kind)
		})
	}
	return out, nil
}

func (f *surveyFlags) setReversed() (out []func(*survey.Settings), err error) {
	for _, given := range []struct {
		flag, text string
		reversed   bool
	}{{"reverse", f.reverse, true}, {"not-reversed", f.keep, false}} {
		items, err := itemList(given.text)
		if err != nil {
			return nil, badFlag(given.flag, given.text, "items")
		}
		for _, item := range items {
			out = append(out, func(s *survey.Settings) {
				if s.Reversed == nil {
					s.Reversed = map[string]bool{}
				}
				s.Reversed[item] = given.reversed
			})
		}
	}
	return out, nil
}

func (f *surveyFlags) setScales() (out []func(*survey.Settings), err error) {
	for _, text := range f.scales {
		name, list, ok := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		items, err := itemList(list)
		if !ok || name == "" || err != nil {
			return nil, badFlag("scale", text, "scale")
		}
		out = append(out, func(s *survey.Settings) {
			if slices.Equal(items, []string{"auto"}) {
				delete(s.Scales, name)
				return
			}
			if s.Scales == nil {
				s.Scales = map[string][]string{}
			}
			s.Scales[name] = items
		})
	}
	return out, nil
}

func (f *surveyFlags) setLabels() (out []func(*survey.Settings), err error) {
	for _, text := range f.labels {
		item, label, ok := strings.Cut(text, "=")
		if !ok || item == "" {
			return nil, badFlag("label", text, "item_label")
		}
		out = append(out, func(s *survey.Settings) {
			if s.Labels == nil {
				s.Labels = map[string]string{}
			}
			if s.Labels[item] = label; label == "" {
				delete(s.Labels, item)
			}
		})
	}
	return out, nil
}

// itemList reads names divided by commas; one with a comma stands in quotes.
func itemList(text string) ([]string, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	list, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" }), nil
}
