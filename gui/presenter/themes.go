package presenter

import (
	"context"
	"slices"
	"strings"

	"qunxiang/core/comment"
)

// edit changes the list of themes that is shown; the comments are read with it when the
// user applies it.
func (c *Comments) edit(f func([]Theme) []Theme) {
	before := c.state.Themes
	after := f(copyThemes(before))
	c.past.did(before)
	c.show(after)
}

// show shows a list that the comments were not read with.
func (c *Comments) show(themes []Theme) {
	c.update(func(s *CommentsState) {
		s.Themes, s.Edited, s.Wrong = themes, true, nil
		_, s.CanUndo = c.past.last()
		_, s.CanRedo = c.past.coming()
	})
}

func copyThemes(ts []Theme) []Theme {
	out := slices.Clone(ts)
	for i := range out {
		out[i].Words = slices.Clone(out[i].Words)
	}
	return out
}

// UndoTheme takes the last change of the list back.
func (c *Comments) UndoTheme() {
	if before, ok := c.past.last(); ok {
		c.past.undone(c.state.Themes)
		c.show(before)
	}
}

// RedoTheme makes the change of the list again that was taken back last.
func (c *Comments) RedoTheme() {
	if after, ok := c.past.coming(); ok {
		c.past.redone(c.state.Themes)
		c.show(after)
	}
}

// AddWord puts words into a theme, divided by commas; a word that it has already stays.
func (c *Comments) AddWord(theme, words string) {
	var add []string
	for w := range strings.FieldsFuncSeq(words, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		if w = strings.TrimSpace(w); w != "" {
			add = append(add, w)
		}
	}
	if len(add) == 0 {
		return
	}
	c.edit(func(ts []Theme) []Theme {
		for i := range ts {
			if ts[i].ID != theme {
				continue
			}
			for _, w := range add {
				if !slices.Contains(ts[i].Words, w) {
					ts[i].Words = append(ts[i].Words, w)
				}
			}
		}
		return ts
	})
}

// RemoveWord takes a word out of a theme.
func (c *Comments) RemoveWord(theme, word string) {
	c.edit(func(ts []Theme) []Theme {
		for i := range ts {
			if ts[i].ID == theme {
				ts[i].Words = slices.DeleteFunc(ts[i].Words, func(w string) bool { return w == word })
			}
		}
		return ts
	})
}

// NewTheme adds a theme, which begins with its own name as its word. It returns what the
// theme is called, "" where it cannot be.
func (c *Comments) NewTheme(name string) string {
	name = strings.TrimSpace(strings.NewReplacer(":", " ", "：", " ", ",", " ", "，", " ", "#", " ", "\n", " ").Replace(name))
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60])
	}
	if name == "" || slices.ContainsFunc(c.state.Themes, func(t Theme) bool { return t.ID == name }) {
		return ""
	}
	c.edit(func(ts []Theme) []Theme { return append(ts, Theme{ID: name, Words: []string{name}}) })
	return name
}

// RemoveTheme takes a theme away; one stays.
func (c *Comments) RemoveTheme(id string) {
	if len(c.state.Themes) > 1 {
		c.edit(func(ts []Theme) []Theme {
			return slices.DeleteFunc(ts, func(t Theme) bool { return t.ID == id })
		})
	}
}

// Apply keeps the list as it is shown and reads the comments with it.
func (c *Comments) Apply() { c.keep(c.state.Themes) }

// DefaultThemes goes back to the themes that the program brings.
func (c *Comments) DefaultThemes() { c.keep(nil) }

func (c *Comments) keep(themes []Theme) {
	p := c.session.Project()
	if p == nil {
		return
	}
	fetch(&c.quotes, func(context.Context) (struct{}, error) { return struct{}{}, p.SetThemes(storable(themes)) }, func(_ struct{}, err error) {
		if err != nil {
			c.update(func(s *CommentsState) { s.Wrong = err })
			return
		}
		c.past = history[[]Theme]{}
		c.update(func(s *CommentsState) { s.Edited, s.CanUndo, s.CanRedo, s.Wrong = false, false, false, nil })
		c.Again()
	})
}

// storable gives a theme without words its own name for one.
func storable(ts []Theme) []Theme {
	out := copyThemes(ts)
	for i := range out {
		if len(out[i].Words) == 0 {
			out[i].Words = []string{out[i].ID}
		}
	}
	return out
}

// ReadThemes shows the themes of a file, for the user to apply.
func (c *Comments) ReadThemes(path string) {
	fetch(&c.quotes, func(context.Context) ([]Theme, error) { return themesOf(path) }, func(ts []Theme, err error) {
		if err != nil {
			c.update(func(s *CommentsState) { s.Wrong = err })
			return
		}
		c.edit(func([]Theme) []Theme { return ts })
	})
}

func themesOf(path string) ([]Theme, error) {
	text, err := ReadText(path)
	if err != nil {
		return nil, err
	}
	return comment.ParseThemes([]byte(text))
}

// ThemesText is the list as it is written to a file.
func (s CommentsState) ThemesText() []byte { return comment.FormatThemes(s.Themes) }
