// Package advise says which method, features and parameters suit the data of a project.
//
// Every advice follows from [Facts] by rules that are written out here; each reason names
// its rule and the numbers that it rests on, so that anybody can follow it. There is no
// model behind it and nothing is learned. The rules with their thresholds are listed in
// docs/evidence.md; the sentences are in package i18n under advise.<rule>.
package advise
