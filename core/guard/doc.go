// Package guard finds the twelve classic mistakes of a segmentation before it runs: it
// looks at what a method would be given and at the data behind it, and reports what the
// user should know, with the columns and customers at fault. A guard never stops a run.
//
// Clean data give no finding. What a finding says is in package i18n under guard.<code>
// (what is wrong) and guard.<code>.do (what to do). Thresholds are in docs/evidence.md.
//
// Where there are many customers, columns are looked at through some thousand of them,
// who are chosen by their keys, so that the order of rows does not matter.
package guard
