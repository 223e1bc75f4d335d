package page

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// dictionary is the editor of the themes: their words, words that have none yet, the list
// as a file.
func (c *Comments) dictionary(st presenter.CommentsState) fyne.CanvasObject {
	e := c.cfg.Env
	at := slices.IndexFunc(st.Themes, func(t presenter.Theme) bool { return t.ID == c.theme })
	if at < 0 && len(st.Themes) > 0 {
		at, c.theme = 0, st.Themes[0].ID
	}
	body := widget.Column(theme.GapM, widget.Hint(e, e.T("gui.comments.words.hint")))
	if st.Wrong != nil {
		message, hint := e.Locale.Error(st.Wrong)
		body.Add(widget.Notice(e, widget.ToneError, message, hint))
	}
	if st.Edited {
		body.Add(widget.Notice(e, widget.ToneInfo, e.T("gui.comments.edited"), "",
			widget.Action{Text: e.T("gui.comments.apply"), Icon: "run", Primary: true, Do: c.p.Apply}))
	}
	if at >= 0 {
		body.Add(c.pick(st))
		body.Add(c.words(st.Themes[at]))
	}
	if len(st.Suggested) > 0 {
		body.Add(c.suggested(st))
	}
	undo := widget.Action{Text: e.T("gui.quality.undo"), Icon: "back", Do: c.p.UndoTheme}.Link()
	redo := widget.Action{Text: e.T("gui.quality.redo"), Icon: "next", Do: c.p.RedoTheme}.Link()
	able(undo, st.CanUndo)
	able(redo, st.CanRedo)
	open := widget.Action{Text: e.T("gui.comments.file.open"), Icon: "open", Do: func() {
		c.cfg.Dialogs.OpenFile([]string{".txt", ".json"}, c.p.ReadThemes)
	}}.Link()
	save := widget.Action{Text: e.T("gui.comments.file.save"), Icon: "save", Do: c.saveThemes}.Link()
	tools := widget.Row(theme.GapXS, undo, redo, open, save)
	if st.Own || st.Edited {
		tools.Add(widget.Action{Text: e.T("gui.comments.reset"), Do: func() {
			c.cfg.Dialogs.Confirm(e.T("gui.comments.reset.title"), e.T("gui.comments.reset.text"), e.T("gui.comments.reset"), c.p.DefaultThemes)
		}}.Link())
	}
	return widget.TitledCard(e.T("gui.comments.words"), tools, body)
}

func (c *Comments) saveThemes() {
	e := c.cfg.Env
	c.cfg.Dialogs.SaveFile(e.T("gui.comments.file.name")+".txt", func(path string) {
		if err := presenter.WriteText(path, string(c.p.State().ThemesText())); err != nil {
			message, hint := e.Locale.Error(err)
			c.cfg.Dialogs.Show(e.T("gui.comments.words"), widget.Notice(e, widget.ToneError, message, hint), widget.Action{Text: e.T("gui.close"), Primary: true})
			return
		}
		c.cfg.Dialogs.Say(e.T("gui.saved", "file", base(path)))
	})
}

// pick chooses the theme whose words are shown, or makes a new one.
func (c *Comments) pick(st presenter.CommentsState) fyne.CanvasObject {
	e := c.cfg.Env
	ids, titles := make([]string, len(st.Themes)), make([]string, len(st.Themes))
	for i, t := range st.Themes {
		ids[i], titles[i] = t.ID, themeName(e, t.ID)
	}
	choice := widget.NewChoice(ids, titles, c.theme, func(id string) {
		c.theme = id
		c.render(c.p.State())
	})
	name := widget.NewEntry()
	name.SetPlaceHolder(e.T("gui.comments.theme.new"))
	create := func() {
		if id := c.p.NewTheme(name.Text); id != "" {
			c.theme = id
			c.render(c.p.State())
		}
	}
	name.OnSubmitted = func(string) { create() }
	remove := widget.Action{Text: e.T("gui.comments.theme.remove"), Icon: "trash", Do: func() { c.p.RemoveTheme(c.theme) }}.Link()
	able(remove, len(st.Themes) > 1)
	return widget.Wrap(theme.GapS, 0, choice, remove, widget.Fixed(name, theme.MenuWidth, 0), widget.Action{Text: e.T("gui.comments.theme.add"), Icon: "add", Do: create}.Button())
}

// words are those of a theme, each with the way to take it out, and a field for more.
func (c *Comments) words(t presenter.Theme) fyne.CanvasObject {
	e := c.cfg.Env
	chips := widget.Wrap(theme.GapXS, 0)
	for _, w := range t.Words {
		chips.Add(widget.Action{Text: w, Icon: "close", Do: func() { c.p.RemoveWord(t.ID, w) }}.Button())
	}
	more := widget.NewEntry()
	more.SetPlaceHolder(e.T("gui.comments.word.new"))
	add := func() {
		if strings.TrimSpace(more.Text) != "" {
			c.p.AddWord(t.ID, more.Text)
		}
	}
	more.OnSubmitted = func(string) { add() }
	row := widget.Row(theme.GapS, widget.Fixed(more, theme.FormWidth, 0), widget.Action{Text: e.T("gui.comments.word.add"), Icon: "add", Do: add}.Button())
	return widget.Column(theme.GapS, chips, row)
}

// mostSuggested is how many words are offered at a time.
const mostSuggested = 24

// suggested are frequent words in no theme; a click puts one into the theme that it seems
// to belong to, or into the one that is open.
func (c *Comments) suggested(st presenter.CommentsState) fyne.CanvasObject {
	e := c.cfg.Env
	chips := widget.Wrap(theme.GapXS, 0)
	has := func(word string) bool {
		return slices.ContainsFunc(st.Themes, func(t presenter.Theme) bool { return slices.Contains(t.Words, word) })
	}
	for _, s := range st.Suggested {
		if has(s.Word) || len(chips.Objects) >= mostSuggested {
			continue
		}
		into, text := s.Theme, e.T("gui.comments.suggested.to", "word", s.Word, "n", s.Comments, "theme", themeName(e, s.Theme))
		if into == "" || !slices.ContainsFunc(st.Themes, func(t presenter.Theme) bool { return t.ID == into }) {
			into, text = c.theme, e.T("gui.comments.suggested.word", "word", s.Word, "n", s.Comments)
		}
		chips.Add(widget.Action{Text: text, Icon: "add", Do: func() { c.p.AddWord(into, s.Word) }}.Button())
	}
	return widget.Column(theme.GapS, widget.Hint(e, e.T("gui.comments.suggested", "theme", themeName(e, c.theme))), chips)
}
