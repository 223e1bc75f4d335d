package store

import (
	"context"

	"qunxiang/core"
)

// Customers loads the customer dictionary alone, which is all that showing or
// exporting a result needs. It is empty, not nil, in a project without data.
func (f *File) Customers(ctx context.Context) (*core.Dict, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	const op = "read customers"
	if err := f.usable(op); err != nil {
		return nil, err
	}
	dict := &core.Dict{}
	if f.man.Data == nil {
		return dict, nil
	}
	err := f.read(func(src values) error {
		l := f.loader(op, src)
		for _, c := range f.man.Data.Columns {
			if c.Kind != colCustomer || c.Dict == nil {
				continue
			}
			if err := l.room(workOther * c.Dict.weight()); err != nil {
				return err
			}
			d, end, err := loadDict(l, c.Dict)
			if err != nil {
				return err
			}
			if err := l.run(ctx); err != nil {
				return err
			}
			dict = d
			return end()
		}
		return nil
	})
	if err != nil {
		return nil, fail(op, f.path, err)
	}
	return dict, nil
}
