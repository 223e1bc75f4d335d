// Package presenter turns what the workspace knows into what pages show: one
// immutable State per page, and the commands that a page's buttons give.
//
//	workspace events ─▶ presenter ─▶ State ─▶ page
//	                        ▲                  │
//	                        └──── commands ◀───┘
//
// Every method is called on the window's thread, and State changes there only, so
// presenters need no locks. What takes time runs in Exec.Work or as a workspace task
// and comes back through Exec.Post; a newer request cancels an older one. Tests
// give synchronous functions.
//
// State holds ids, enums and numbers; words are chosen by the page at the last
// moment. Each presenter declares what it needs of a project. The package knows
// neither Fyne nor the store nor the plugin host.
package presenter
