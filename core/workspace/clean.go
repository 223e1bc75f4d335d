package workspace

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/quality"
)

// Quality judges the data with the active steps applied. today is a day to which the data should be
// fresh; NoDate asks about the project's as-of date alone.
func (p *Project) Quality(ctx context.Context, today core.Date) (*quality.Card, error) {
	in := quality.Input{AsOf: core.NoDate, Today: today}
	var err error
	if in.Sources, err = p.file.Sources(); err != nil {
		return nil, err
	}
	if len(in.Sources) == 0 {
		return nil, &core.Error{Code: "no_data", Origin: core.OriginUser, Op: "quality"}
	}
	steps, err := p.Steps(ctx)
	if err != nil {
		return nil, err
	}
	base, err := p.Base(ctx)
	if err != nil {
		return nil, err
	}
	in.Steps, in.Files = steps.Steps, base.Files
	if in.Data, in.Effects, err = clean.Apply(ctx, base, in.Steps); err != nil {
		return nil, err
	}
	if in.AsOf, err = p.AsOf(ctx); err != nil {
		return nil, err
	}
	if in.Same, err = p.same(ctx); err != nil {
		return nil, err
	}
	c, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	for name := range c.of {
		if c.has(name, core.ClassDirect) {
			in.Names = append(in.Names, name)
		}
	}
	card, err := prompt(ctx, func() (*quality.Card, error) { return quality.Look(ctx, in) })
	if err != nil {
		return nil, err
	}
	return card, p.hideInCard(ctx, card, in.Steps)
}

// hideInCard takes out of a card what names somebody.
func (p *Project) hideInCard(ctx context.Context, card *quality.Card, steps []clean.Step) error {
	hide, err := p.hide(ctx)
	if err != nil {
		return err
	}
	show, err := p.Shown(ctx)
	if err != nil {
		return err
	}
	for i := range card.Issues {
		hide(card.Issues[i].Examples, card.Issues[i].Code == "perhaps_same" || mergesCustomers(card.Issues[i].Fixes...))
		card.Issues[i].Args = shownWords(card.Issues[i], show)
	}
	for i := range card.Effects {
		hide(card.Effects[i].Examples, mergesCustomers(steps[i]))
	}
	return nil
}

// StepEdit changes a list of steps: [clean.List]'s methods in a function.
type StepEdit func(clean.List) (clean.List, error)

// StepsChange is what an edit of the steps does to the data.
type StepsChange struct {
	Steps         clean.List     // after the edit
	Effects       []clean.Effect // of every step after it, in order
	Before, After clean.Counts   // of the data with the active steps applied
}

// EditSteps changes the steps and stores them; with dry nothing is stored and the answer tells what
// would be. An edit after which the steps cannot be applied is refused.
func (p *Project) EditSteps(ctx context.Context, edit StepEdit, dry bool) (StepsChange, error) {
	if !dry {
		p.change.Lock()
		defer p.change.Unlock()
	}
	var c StepsChange
	before, err := p.Steps(ctx)
	if err != nil {
		return c, err
	}
	data, err := p.Base(ctx)
	if err != nil {
		return c, err
	}
	if c.Steps, err = edit(before); err != nil {
		return c, err
	}
	c.Before = clean.Count(data)
	if clean.Active(before.Steps) {
		now, err := p.Effective(ctx)
		if err != nil {
			return c, err
		}
		c.Before = clean.Count(now)
	}
	out, effects, err := clean.Apply(ctx, data, c.Steps.Steps)
	if err != nil {
		return c, err
	}
	c.Effects, c.After = effects, clean.Count(out)
	hide, err := p.hide(ctx)
	if err != nil {
		return c, err
	}
	for i := range c.Effects {
		hide(c.Effects[i].Examples, mergesCustomers(c.Steps.Steps[i]))
	}
	if dry {
		return c, nil
	}
	b, err := c.Steps.Encode()
	if err != nil {
		return c, err
	}
	return c, p.keepSteps(b)
}

// PreviewStep tells what a step would do to the data as they are, behind the active steps.
func (p *Project) PreviewStep(ctx context.Context, s clean.Step) (clean.Effect, error) {
	c, err := p.EditSteps(ctx, func(l clean.List) (clean.List, error) {
		l, _, err := l.Add(s)
		return l, err
	}, true)
	if err != nil {
		return clean.Effect{}, err
	}
	return c.Effects[len(c.Effects)-1], nil
}

// AddStep adds a step behind the others and returns it with its number.
func (p *Project) AddStep(ctx context.Context, s clean.Step) (clean.Step, StepsChange, error) {
	var added clean.Step
	c, err := p.EditSteps(ctx, func(l clean.List) (out clean.List, err error) {
		out, added, err = l.Add(s)
		return out, err
	}, false)
	return added, c, err
}

// SetStep replaces the step of the same number.
func (p *Project) SetStep(ctx context.Context, s clean.Step) (StepsChange, error) {
	return p.EditSteps(ctx, func(l clean.List) (clean.List, error) { return l.Set(s) }, false)
}

// SwitchStep switches a step on or off.
func (p *Project) SwitchStep(ctx context.Context, id int, on bool) (StepsChange, error) {
	return p.EditSteps(ctx, func(l clean.List) (clean.List, error) { return l.Switch(id, on) }, false)
}

// MoveStep puts a step at a position, 0 for the first.
func (p *Project) MoveStep(ctx context.Context, id, to int) (StepsChange, error) {
	return p.EditSteps(ctx, func(l clean.List) (clean.List, error) { return l.Move(id, to) }, false)
}

// RemoveStep takes a step out.
func (p *Project) RemoveStep(ctx context.Context, id int) (StepsChange, error) {
	return p.EditSteps(ctx, func(l clean.List) (clean.List, error) { return l.Remove(id) }, false)
}

// UndoSteps takes the last edit of the steps back.
func (p *Project) UndoSteps(ctx context.Context) (StepsChange, error) {
	return p.EditSteps(ctx, clean.List.Undo, false)
}

// RedoSteps makes the edit again that was last taken back.
func (p *Project) RedoSteps(ctx context.Context) (StepsChange, error) {
	return p.EditSteps(ctx, clean.List.Redo, false)
}
