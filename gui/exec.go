package gui

import (
	"time"

	"fyne.io/fyne/v2"

	"qunxiang/gui/presenter"
)

// exec is how presenters and widgets run things in the real window: Fyne's queue
// for the window's thread, a goroutine for work.
func exec() presenter.Exec {
	return presenter.Exec{
		Post: fyne.Do,
		Work: func(fn func()) { go fn() },
		After: func(d time.Duration, fn func()) func() {
			t := time.AfterFunc(d, func() { fyne.Do(fn) })
			return func() { t.Stop() }
		},
	}
}
