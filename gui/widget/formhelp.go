package widget

import (
	"regexp"
	"strings"

	"qunxiang/sdk"
)

// help is a parameter's own, with what people read in the form in the place of what they
// would type in a command: how a field says auto, what the other parameters are called.
func (f *Form) help(p sdk.Param) string {
	e := f.cfg.Env
	h := p.Help.In(e.Locale.Lang)
	if p.Default.IsAuto() || p.Auto {
		h = f.putWord(h, "auto", e.T("gui.form.auto"))
	}
	for _, q := range f.cfg.Params {
		if strings.Contains(q.ID, "_") { // others could be words of a sentence
			h = f.putWord(h, q.ID, q.Title.In(e.Locale.Lang))
		}
	}
	return h
}

// putWord puts a text in quotation marks in the place of a word; Chinese has no space
// behind them.
func (f *Form) putWord(s, word, text string) string {
	e := f.cfg.Env
	quoted := e.T("gui.form.quoted", "text", text)
	return regexp.MustCompile(`\b`+regexp.QuoteMeta(word)+`\b ?`).ReplaceAllStringFunc(s, func(found string) string {
		if e.Locale.Lang == sdk.ZH {
			return quoted
		}
		return quoted + strings.TrimPrefix(found, word)
	})
}
