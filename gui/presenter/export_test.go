package presenter

// Compare is compare for the tests outside.
var Compare = compare

// The rule builder alone, for tests.
var (
	NewRules  = newRules
	OpenRules = (*Rules).open
)
