// Package guitest holds the standard tests of pages and widgets: it makes a
// windowless application with the program's own theme, and checks what every look
// of every page owes its user — it fits the smallest window, no text is missing,
// and nothing panics when it is drawn.
package guitest
