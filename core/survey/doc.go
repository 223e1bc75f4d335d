// Package survey makes sense of an answered questionnaire: what each column asks (a rating,
// a choice, several choices, a recommendation …), which ratings measure one thing together
// and how reliably (Cronbach's alpha, reversed items), what the answers are, how far they
// can be trusted (straight-lining, haste, duplicates), and what of it becomes features of
// customers.
//
// Everything is recognised by itself with a confidence, nothing is decided for good: a
// [Settings] document overrides it item by item. No respondent is dropped unless the
// settings exclude the flag that they carry.
//
// Formulas, sources, defaults and limits are in docs/method/survey.md. All sums are of
// whole numbers (ratings, and weights rounded to 2⁻²⁰), so that the order of the rows
// cannot show in a result.
package survey
