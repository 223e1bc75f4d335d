package workspace

import (
	"context"
	"encoding/json"

	"qunxiang/core"
	"qunxiang/core/comment"
)

// settingThemes is the setting that keeps the user's list of themes.
const settingThemes = "themes"

// Themes returns the themes of the project's comments, and whether they are the user's.
func (p *Project) Themes() ([]comment.Theme, bool, error) {
	b, err := p.file.Setting(settingThemes)
	if err != nil || len(b) == 0 {
		return comment.DefaultThemes(), false, err
	}
	themes, err := comment.ParseThemes(b)
	return themes, true, err
}

// SetThemes stores the user's themes; nil goes back to those that the project brings.
func (p *Project) SetThemes(themes []comment.Theme) error {
	var b []byte
	if themes != nil {
		var err error
		if b, err = json.Marshal(themes); err != nil {
			return err
		}
	}
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.SetSetting(settingThemes, b); err != nil {
		return err
	}
	p.changed(true)
	return nil
}

// Comments reads the comments of the project up to a date, NoDate = the project's own.
// sentiment is one of the ways of package comment, "" = the best there is; pr may be nil.
func (p *Project) Comments(ctx context.Context, asOf core.Date, sentiment string, pr core.Progress) (*comment.Reading, error) {
	records, err := p.Records(ctx)
	if err != nil {
		return nil, err
	}
	if asOf == core.NoDate {
		if asOf, err = p.AsOf(ctx); err != nil {
			return nil, err
		}
	}
	themes, _, err := p.Themes()
	if err != nil {
		return nil, err
	}
	o := comment.Options{Themes: themes, Sentiment: sentiment}
	if pr != nil {
		o.Progress = func(done float64) { pr(done, core.Message{Key: "stage.comments"}) }
	}
	r, err := comment.Read(ctx, records, asOf, o)
	if err == nil && r == nil {
		err = &core.Error{Code: "no_comments", Origin: core.OriginUser, Op: "comments"}
	}
	return r, err
}

// CommentGroup tells which segment of a stored result, the newest run under its name, the
// customers of the comments are in.
func (p *Project) CommentGroup(ctx context.Context, name string) (comment.Group, error) {
	s, err := p.Segmentation(ctx, name, 0)
	if err != nil {
		return comment.Group{}, err
	}
	if len(s.Segments) == 0 {
		return comment.Group{}, &core.Error{Code: "no_segments", Origin: core.OriginUser, Op: "comments", Args: core.Args{"name": s.Name}}
	}
	records, err := p.Records(ctx)
	if err != nil {
		return comment.Group{}, err
	}
	keys, err := p.Keys(ctx)
	if err != nil {
		return comment.Group{}, err
	}
	label := make([]int32, keys.Len())
	for i := range label {
		label[i] = -1
	}
	for i, c := range s.Customers {
		label[c] = s.Label[i]
	}
	g := comment.Group{Segments: s.Segments}
	if r := comment.Comments(records); r != nil {
		codes, err := codesOf(ctx, r.Customers, keys)
		if err != nil {
			return comment.Group{}, err
		}
		g.Label = make([]int32, len(codes))
		for i, c := range codes {
			g.Label[i] = label[c]
		}
	}
	return g, nil
}

// commentFeatures makes the features of comments.
func (p *Project) commentFeatures(ctx context.Context, records []*core.Records, asOf core.Date) (*core.Attributes, error) {
	if comment.Comments(records) == nil {
		return nil, nil
	}
	themes, _, err := p.Themes()
	if err != nil {
		return nil, err
	}
	return comment.Make(comment.Options{Themes: themes})(ctx, records, asOf)
}
