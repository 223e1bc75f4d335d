// Package event turns what customers did beside buying (visits, clicks, calls, openings)
// into features of customers and into an overview: how often, how long ago, which events,
// through which channels, and whether it becomes more or less.
//
// All figures count rows with a day up to the as-of date; rows without a day count where
// no day is needed. Definitions, sources and limits are in docs/method/events.md.
package event
