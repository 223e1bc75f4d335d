package store

import (
	"context"
	"errors"
	"slices"

	"qunxiang/core"
	"qunxiang/store/internal/document"
)

// setting is the sealed form of a setting. The name is inside, since the key is opaque.
type setting struct {
	Name  string `json:"name"`
	Value []byte `json:"value"`
}

// Project returns the head of the project.
func (f *File) Project() core.Project {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.man.Project
}

// SetProject replaces name and currency; the identity and the date of creation stay.
func (f *File) SetProject(p core.Project) error {
	return f.change(context.Background(), "change project", func(w *writer) error {
		w.man.Project.Name, w.man.Project.Currency = p.Name, p.Currency
		return nil
	})
}

// Sources lists the imported files in the order of their imports.
func (f *File) Sources() ([]core.Source, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if err := f.usable("list sources"); err != nil {
		return nil, err
	}
	out := make([]core.Source, len(f.man.Sources))
	for i, stored := range f.man.Sources {
		s, err := stored.source()
		if err != nil {
			return nil, fail("list sources", f.path, err)
		}
		out[i] = s
	}
	return out, nil
}

// Setting returns a small document, nil when there is none under the key.
func (f *File) Setting(key string) ([]byte, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read setting"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	k := f.box.settingKey(key)
	if _, ok := f.man.setting(k); !ok {
		return nil, nil
	}
	var s setting
	err := f.read(func(src values) error {
		b, owned, err := src.get(bucketSettings, k, nil)
		if err != nil {
			return err
		}
		plain, err := f.box.open(bucketSettings, k, b, maxSetting, owned, nil)
		if err != nil {
			return err
		}
		return document.Unmarshal(plain, &s)
	})
	if err == nil && s.Name != key {
		err = errors.New("another setting")
	}
	if err != nil {
		return nil, fail(op, f.path, errors.Join(errDamaged, err))
	}
	return s.Value, nil
}

// SetSetting stores a small document of at most 4 MiB; nil deletes it.
func (f *File) SetSetting(key string, v []byte) error {
	const op = "store setting"
	return f.change(context.Background(), op, func(w *writer) error {
		k := f.box.settingKey(key)
		at, known := w.man.setting(k)
		if v == nil {
			w.settings[string(k)] = nil
			if known {
				w.man.Settings = slices.Delete(w.man.Settings, at, at+1)
			}
			return nil
		}
		if !known {
			w.man.Settings = slices.Insert(w.man.Settings, at, k)
		}
		if len(w.man.Settings) > maxSettings {
			return problem(CodeTooMuch, core.OriginApp, op, f.path, core.Args{"rows": len(w.man.Settings), "limit": maxSettings})
		}
		if len(v) > maxSetting/2 {
			return problem(CodeTooMuch, core.OriginApp, op, f.path, core.Args{"rows": len(v), "limit": maxSetting / 2})
		}
		plain, err := document.Marshal(setting{key, v})
		if err != nil {
			return err
		}
		sealed, err := f.box.seal(bucketSettings, k, plain, codecS2)
		w.settings[string(k)] = sealed
		return err
	})
}
