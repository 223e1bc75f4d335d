// Package widget holds the window's own building blocks: the data grid over a
// million rows, the chart view, the form made from a method's parameters, cards,
// tiles, notices and the looks for empty, loading and failed.
//
// A widget shows values and calls back; it knows no project and no presenter.
// Rules of the house that the window's fluency rests on:
//
//   - The window's thread never computes. What takes time goes through Env.Work
//     and comes back through Env.Post; nothing here starts a goroutine itself.
//   - Every text comes in translated; every colour and length comes from gui/theme.
//   - Tables keep the rules written at DataGrid.
//
// Lists and grids must not be looked into by position; widgets keep what they
// need in fields.
package widget
