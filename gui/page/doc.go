// Package page holds the pages of the window. A page renders its presenter's State
// and passes taps on; it decides nothing and reads nothing itself.
//
// Every page has an empty, a loading, a failed and a filled look. Widgets that
// hold something of the user's (a text being typed, a scroll position) are kept in
// fields and survive a new State; the rest is made anew.
//
// Pages get what they need in Config; dialogs and menus are behind Dialogs, so
// that no page reaches for the running application.
package page
