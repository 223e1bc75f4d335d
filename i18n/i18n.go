// Package i18n turns keys into sentences, and numbers, money and dates into what a
// person writes, in Chinese and English. It knows no window and no command line.
//
// Texts live in locales/<area>.zh-CN.json and locales/<area>.en.json: flat objects
// from key to text. A placeholder is {name}; {name|one|many} picks a word by the
// number under name (Chinese texts do not need it). Tests hold both languages to
// the same keys and placeholders, and every key to being used.
//
// Key families: error.<code>, hint.<code>, reason.<id>, stage.<id>, and a family
// for each page or command.
package i18n

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"qunxiang/core"
	"qunxiang/sdk"
)

//go:embed locales/*.json
var locales embed.FS

var (
	chinese = sync.OnceValue(func() *book { return newBook(".zh-CN.json") })
	english = sync.OnceValue(func() *book { return newBook(".en.json") })
)

func (l Locale) text(key string) (string, bool) {
	if l.Lang == sdk.ZH {
		return chinese().text(key)
	}
	return english().text(key)
}

// Locale makes texts in one language.
type Locale struct {
	Lang   sdk.Lang
	Window bool // hints speak of what is in the window, not of the command's flags
}

// Has reports whether there is a text under key.
func (l Locale) Has(key string) bool {
	_, ok := l.text(key)
	return ok
}

// T returns the text under key with the placeholders filled from args: pairs of
// name and value. A missing key shows as itself.
func (l Locale) T(key string, args ...any) string {
	if len(args) == 0 {
		return l.Message(core.Message{Key: key})
	}
	a := make(core.Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		a[name] = args[i+1]
	}
	return l.Message(core.Message{Key: key, Args: a})
}

// Message returns the sentence of m.
func (l Locale) Message(m core.Message) string {
	text, ok := l.text(m.Key)
	if !ok {
		return m.Key
	}
	return l.fill(text, m.Args)
}

// Error returns the sentence for err and, where there is one, a hint on what to do.
// Place names (row, column …) are appended when the text does not use them.
func (l Locale) Error(err error) (message, hint string) {
	e := core.AsError(err)
	if e == nil {
		return "", ""
	}
	args := make(core.Args, len(e.Args)+6)
	for k, v := range e.Args {
		args[k] = v
	}
	w := e.Where
	for name, v := range map[string]string{"file": w.File, "sheet": w.Sheet, "column": w.Column, "param": w.Param, "plugin": w.Plugin} {
		if _, set := args[name]; !set && v != "" {
			args[name] = v
		}
	}
	if _, set := args["row"]; !set && w.Row > 0 {
		args["row"] = w.Row
	}
	key := "error." + e.Code
	text, ok := l.text(key)
	if !ok {
		key = "error." + core.CodeInternal
		text, _ = l.text(key)
	}
	if _, set := args["detail"]; !set && key == "error."+core.CodeInternal {
		args["detail"] = e.Error()
	}
	message = l.fill(text, args) + l.place(text, w)
	if text, ok := l.hint(e.Code); ok {
		hint = l.fill(text, args)
	}
	return message, hint
}

func (l Locale) hint(code string) (string, bool) {
	if l.Window {
		if text, ok := l.text("gui.hint." + code); ok {
			return text, true
		}
	}
	return l.text("hint." + code)
}

func (l Locale) place(text string, w core.Where) string {
	var parts []string
	if w.Row > 0 && !uses(text, "row") {
		parts = append(parts, l.T("where.row", "row", w.Row))
	}
	if w.Column != "" && !uses(text, "column") {
		parts = append(parts, l.T("where.column", "column", w.Column))
	}
	if w.Sheet != "" && !uses(text, "sheet") {
		parts = append(parts, l.T("where.sheet", "sheet", w.Sheet))
	}
	if len(parts) == 0 {
		return ""
	}
	return l.T("where.place", "place", strings.Join(parts, l.T("where.comma")))
}

// uses reports whether the text has a place for the argument itself.
func uses(text, name string) bool {
	return strings.Contains(text, "{"+name+"}") || strings.Contains(text, "{"+name+"|")
}

func (l Locale) fill(text string, args core.Args) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		j := strings.IndexByte(text, '}')
		if i < 0 || j < i {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		name, words, plural := strings.Cut(text[i+1:j], "|")
		v, ok := args[name]
		switch {
		case !ok:
			b.WriteString(text[i : j+1])
		case plural:
			one, many, _ := strings.Cut(words, "|")
			if fmt.Sprint(v) == "1" {
				b.WriteString(one)
			} else {
				b.WriteString(many)
			}
		default:
			b.WriteString(l.Value(v))
		}
		text = text[j+1:]
	}
}
