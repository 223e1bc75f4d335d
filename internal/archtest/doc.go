// Package archtest holds the project to its own design, as tests that name the
// reason when they fail: who may import whom (rules_test.go, the table of
// ARCHITECTURE.md), and the rules of the house that no linter knows (house_test.go).
//
// A new package belongs in the table before its tests pass; an exception belongs in
// one of the lists, with the reason for it.
package archtest
