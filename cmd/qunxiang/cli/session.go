package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"qunxiang/core"
	"qunxiang/core/run"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
	"qunxiang/internal/wire"
	"qunxiang/store"
)

// session is what a command works with: where and in which language it answers, and
// the workspace, opened when first needed.
type session struct {
	call  Call
	loc   i18n.Locale
	out   io.Writer
	err   io.Writer
	json  bool
	quiet bool

	plugins []string // programs of plugins in the making

	bar *bar

	ws       *workspace.Workspace
	readOnly bool // set before the workspace is made
	details  any  // of a failure, for --json
	closers  []func() error
}

// workspace returns the workspace of this call. A command opens a project for one
// change, saves and ends: the store then needs no working copy to recover from.
func (s *session) workspace() *workspace.Workspace {
	if s.ws == nil {
		var done func() error
		s.ws, done = wire.Workspace(wire.Config{
			Bundled: s.call.Bundled, Describe: s.call.Describe, Program: s.call.Program, Apart: s.call.Apart, Plugins: s.plugins, Store: store.Options{OneShot: true, ReadOnly: s.readOnly},
		})
		s.closers = append(s.closers, done)
	}
	return s.ws
}

// project opens a project to change it; it is closed with the session.
func (s *session) project(ctx context.Context, path string) (*workspace.Project, error) {
	p, err := s.workspace().Open(ctx, path)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, p.Close)
	return p, nil
}

// look opens a project to read it: no lock, and others may have it open.
func (s *session) look(ctx context.Context, path string) (*workspace.Project, error) {
	s.readOnly = true
	return s.project(ctx, path)
}

// close releases what the session opened, last first.
func (s *session) close() error {
	s.bar.clear()
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// answer gives the result: v as one JSON document with --json, otherwise what text
// prints.
func (s *session) answer(v any, text func(w *printer)) error {
	s.bar.clear()
	if s.json {
		return s.writeJSON(v)
	}
	p := &printer{w: s.out, loc: s.loc}
	text(p)
	return p.err
}

// note tells the user something beside the result, on standard error.
func (s *session) note(m core.Message) {
	if s.quiet || s.json {
		return
	}
	s.bar.clear()
	fmt.Fprintln(s.err, oneLine(s.loc.Message(m)))
}

func (s *session) writeJSON(v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = s.out.Write(b)
	return err
}

// fail reports err: as JSON on standard output with --json, otherwise as a sentence
// and a hint on standard error.
func (s *session) fail(err error) {
	if err == nil {
		return
	}
	s.bar.clear()
	message, hint := s.loc.Error(err)
	if option := chooser(err); option != "" {
		hint += "\n" + s.loc.T("cli.hint.columns", "option", option)
	}
	if s.json {
		_ = s.writeJSON(failureDocument{failure(err, message, hint), s.details}) // nowhere left to report to
		return
	}
	e := core.AsError(err)
	if e.Where.File != "" && !strings.Contains(message, e.Where.File) {
		message = e.Where.File + ": " + message
	}
	if e.Origin != core.OriginCancelled { // who cancels does not read of an error
		message = s.loc.T("cli.error", "message", message)
	}
	fmt.Fprintln(s.err, oneLine(message))
	for line := range strings.Lines(hint) {
		fmt.Fprintln(s.err, oneLine(strings.TrimSuffix(line, "\n")))
	}
}

// chooser is the option that chooses the columns which err misses, "" for other errors.
func chooser(err error) string {
	e := core.AsError(err)
	switch {
	case e.Code != run.CodeRoleUnfilled:
		return ""
	case e.Where.Param == "features":
		return "--features"
	}
	return "--set " + e.Where.Param + "=…"
}

// failureDocument is the answer to a failed call with --json.
type failureDocument struct {
	Error   failureBody `json:"error"`
	Details any         `json:"details,omitempty"` // the report behind the error, where there is one
}

type failureBody struct {
	Code    string     `json:"code"`
	Message string     `json:"message"`
	Hint    string     `json:"hint"`
	Origin  string     `json:"origin"` // user, data, plugin or app
	Where   core.Where `json:"where"`
}

func failure(err error, message, hint string) failureBody {
	e := core.AsError(err)
	origin := e.Origin
	if origin == core.OriginCancelled {
		origin = core.OriginUser
	}
	return failureBody{Code: e.Code, Message: message, Hint: hint, Origin: string(origin), Where: e.Where}
}

// marshal writes v as an indented JSON document with a final newline and without
// escapes that only HTML needs.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return b.Bytes(), nil
}

// printer writes sentences and tables and keeps the first error.
type printer struct {
	w   io.Writer
	loc i18n.Locale
	err error
}

// say prints the sentence under key.
func (p *printer) say(key string, args ...any) { p.line(p.loc.T(key, args...)) }

// line prints text as one line.
func (p *printer) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, oneLine(text))
	}
}

func (p *printer) blank() { p.line("") }

func (p *printer) grid(g *grid, indent string) {
	if p.err == nil {
		p.err = g.write(p.w, indent)
	}
}
