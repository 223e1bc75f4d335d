// Package value estimates whether customers still are customers, how often they will buy
// and what they are worth.
//
// The way of the data: orders, or columns, become [histories] (x, t_x, T and the mean
// value of repeat purchases); equal histories become one weighted row ([merged]); a
// likelihood of purchases ([bgnbd], [pareto], or [simple] where the data are too few) and
// one of spending ([spending]) are maximised by one search ([problem]) that knows when it
// ran to a bound; every history gets an [outlook], every customer a [forecast], and these
// are divided into segments. Where there are dates, a [check] compares a model of the
// first part of the data with what happened afterwards.
//
// Everything follows from the sorted histories, so neither the order of the file nor the
// number of threads changes the result.
//
// docs/method/value.md has formulas, conventions, sources, limits and a worked example.
// The package imports sdk, sdk/table and plugins/internal/cluster only.
package value
