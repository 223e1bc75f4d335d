package presenter

import (
	"context"
	"path/filepath"
	"strings"

	"qunxiang/core"
)

// Save writes the project to its file and calls done when it is there. A draft has
// none: the caller asks for a path and calls SaveAs.
func (s *Session) Save(done func()) {
	if p := s.project; p != nil {
		s.write("save", p.Save, done)
	}
}

// SaveAs writes the project to another file.
func (s *Session) SaveAs(path string, done func()) {
	p := s.project
	if p == nil {
		return
	}
	if filepath.Ext(path) == "" {
		path += ".qx"
	}
	old := p.Path()
	write := func(ctx context.Context) error { return p.SaveAs(ctx, path) }
	if s.unnamed && s.cfg.IsDraft(old) {
		write = func(ctx context.Context) error { return saveNamed(ctx, p, path) }
	}
	s.write("save", write, func() {
		s.unnamed = false
		if s.cfg.IsDraft(old) && p.Path() != old {
			s.cfg.Discard(old)
			s.update(func(st *SessionState) { st.Settings = st.Settings.withoutRecent(old) })
		}
		if done != nil {
			done()
		}
	})
}

// saveNamed writes a project that nobody gave a name yet to a file, and calls it by the
// file's name.
func saveNamed(ctx context.Context, p Project, path string) error {
	before := p.Head()
	head := before
	if name := strings.TrimSpace(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))); name != "" {
		head.Name = name
	}
	if head.Name == before.Name {
		return p.SaveAs(ctx, path)
	}
	if err := p.SetHead(head); err != nil {
		return err
	}
	err := p.SaveAs(ctx, path)
	if err != nil {
		if back := p.SetHead(before); back != nil {
			return back
		}
	}
	return err
}

func (s *Session) write(kind string, fn func(context.Context) error, done func()) {
	s.cfg.Desk.Start(kind, core.Message{Key: "gui.task." + kind}, func(ctx context.Context, _ core.Progress) error { return fn(ctx) }, func(err error) {
		s.cfg.Exec.Post(func() {
			s.Refresh()
			if err != nil {
				s.fail(err)
				return
			}
			if done != nil {
				done()
			}
		})
	})
}
