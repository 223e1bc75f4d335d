package cli

import (
	"bufio"
	"context"
	"io"
	"os"
	"strconv"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/core/export"
	"qunxiang/core/workspace"
)

// mostThemeBytes bounds a file of themes; who has more has the wrong file.
const mostThemeBytes = 1 << 20

func newComments() *command {
	c := newCommand("comments", "P.qx")
	themes := c.flags.String("themes", "", "F.json|F.txt|default")
	themesTo := c.flags.String("themes-to", "", "F.txt")
	sentiment := c.flags.String("sentiment", comment.ByAuto, "auto|lexicon|ratings|self")
	segmentation := c.flags.String("segmentation", "", "NAME")
	to := c.flags.String("to", "", "F.csv")
	asOf := c.flags.String("as-of", "", "DATE")
	identity := c.flags.String("identity", "auto", "raw|pseudonym|none")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		day, err := dateFlag(*asOf)
		if err != nil {
			return err
		}
		switch *sentiment {
		case comment.ByAuto, comment.ByLexicon, comment.ByRatings, comment.BySelf:
		default:
			return badFlag("sentiment", *sentiment, "sentiment")
		}
		if *to != "" {
			if err := ending(*to, "csv"); err != nil {
				return err
			}
		}
		if err := checkIdentity(*identity); err != nil {
			return err
		}
		p, err := openForThemes(ctx, s, operands[0], *themes)
		if err != nil {
			return err
		}
		code := func(key string) string { return key }
		if *to != "" {
			if p, code, err = s.coded(ctx, p, operands[0], *identity); err != nil {
				return err
			}
		}
		answer := view.CommentsAnswer{To: *to}
		if answer.Reading, err = p.Comments(ctx, day, *sentiment, s.progress()); err != nil {
			return err
		}
		if err := summariseComments(ctx, p, *segmentation, &answer); err != nil {
			return err
		}
		if err := writeComments(ctx, answer.Reading, *themesTo, *to, *force, code); err != nil {
			return err
		}
		if err := keepSecret(ctx, p); err != nil {
			return err
		}
		return s.answer(view.Comments(answer, func(id string) string { return themeName(s.loc, id) }), func(w *printer) { printComments(w, &answer) })
	}
	return c
}

// openForThemes opens the project, and stores the themes of a file if one is given.
func openForThemes(ctx context.Context, s *session, path, themes string) (*workspace.Project, error) {
	if themes == "" {
		return s.look(ctx, path)
	}
	var list []comment.Theme
	if themes != "default" {
		b, err := readThemes(themes)
		if err != nil {
			return nil, err
		}
		if list, err = comment.ParseThemes(b); err != nil {
			e := *core.AsError(err)
			e.Where.File = themes
			return nil, &e
		}
	}
	p, err := s.project(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := p.SetThemes(list); err != nil {
		return nil, err
	}
	return p, p.Save(ctx)
}

func readThemes(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &core.Error{Code: "themes_file", Origin: core.OriginUser, Op: "read themes", Where: core.Where{File: path}, Err: err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostThemeBytes+1))
	if err != nil {
		return nil, &core.Error{Code: "themes_file", Origin: core.OriginUser, Op: "read themes", Where: core.Where{File: path}, Err: err}
	}
	if len(b) > mostThemeBytes {
		return nil, &core.Error{Code: "themes_large", Origin: core.OriginData, Op: "read themes", Where: core.Where{File: path}}
	}
	return b, nil
}

func summariseComments(ctx context.Context, p *workspace.Project, segmentation string, a *view.CommentsAnswer) error {
	var err error
	if a.All, err = a.Reading.Summarise(ctx); err != nil {
		return err
	}
	if a.Suggested, err = a.Reading.Suggest(ctx); err != nil || segmentation == "" {
		return err
	}
	g, err := p.CommentGroup(ctx, segmentation)
	if err != nil {
		return err
	}
	a.Segmentation = segmentation
	a.Segments, err = a.Reading.Segments(ctx, a.All, g)
	return err
}

// writeComments writes the list of themes and the comments as they were read.
func writeComments(ctx context.Context, r *comment.Reading, themesTo, to string, force bool, code func(key string) string) error {
	if themesTo != "" {
		err := export.WriteFile(themesTo, force, func(w io.Writer) error {
			_, err := w.Write(comment.FormatThemes(r.Themes))
			return err
		})
		if err != nil {
			return err
		}
	}
	if to == "" {
		return nil
	}
	return export.WriteFile(to, force, func(w io.Writer) error { return writeReading(ctx, w, r, code) })
}

// writeReading writes a row per comment, in the order of the records, without its text.
func writeReading(ctx context.Context, w io.Writer, r *comment.Reading, code func(key string) string) error {
	out := bufio.NewWriterSize(w, 1<<18)
	line := []byte("customer,day,class,score,themes")
	for i := range r.Rows() {
		if i%8192 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
		c := r.At(i)
		ids := make([]string, len(c.Themes))
		for k, t := range c.Themes {
			ids[k] = r.Themes[t].ID
		}
		line = appendCell(line[:0], code(c.Customer))
		line = append(append(line, ','), c.Day.String()...)
		line = append(append(line, ','), c.Feeling...)
		line = strconv.AppendFloat(append(line, ','), c.Score, 'f', 4, 64)
		line = appendCell(append(line, ','), strings.Join(ids, ";"))
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return err
	}
	return out.Flush()
}
