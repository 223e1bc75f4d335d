// Package presentertest gives the tests of presenters and pages a whole
// application without files, processes or clock: the real workspace on a project
// file in memory and one quick method, and a queue in place of the window's thread.
//
// It imports no Fyne.
package presentertest
