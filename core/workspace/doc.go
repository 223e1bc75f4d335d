// Package workspace is the application without a window: commands in, read-only
// values and events out. The desktop window and the headless command are two faces
// of it.
//
//	file → ingest → Project (store) → feature → run (host) → Segmentation → chart, export
//
// A [Project] is safe for concurrent use: reads share a lock and are cached until the next
// change, changes take turns. Nothing that a call returns is changed afterwards.
// Long calls take a context and a core.Progress; [Workspace.Start] runs them as tasks
// that can be watched and cancelled, and owns their goroutines.
//
// bbolt and go-plugin are behind the interfaces [Files] and [Methods]; wiring is the
// business of the commands.
package workspace
