// Package gui is the window: it wires presenters and pages to Fyne, and holds the
// frame around them (rail, top bar, task bar, menu, dialogs).
//
// Rules of this window, for whoever adds to it:
//
//   - The window's thread never computes, reads a file or waits. Work goes to the
//     workspace as a task, or through presenter.Exec; both come back by Post.
//   - Every long task is in the task bar with progress, time left and cancel.
//   - A problem is told as what happened, where, and what to do; the code and the
//     cause are behind "copy details".
//   - Nothing is lost by closing: unsaved work is asked about, and a project without
//     a file is a draft until it is saved.
//   - Every page has an empty, loading, failed and filled look, and works by
//     keyboard; every shortcut hangs on a menu item, since a focused entry swallows
//     a canvas's own shortcuts.
//   - Another language, theme or text size rebuilds pages from their presenters'
//     state; state never holds words.
//
// This is the only package that asks for fyne.CurrentApp, and the only one of the
// window's that starts goroutines (exec.go).
package gui
