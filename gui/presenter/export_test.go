package presenter

// Compare is compare for the tests outside.
var Compare = compare

// The rule builder and the ladder alone, for tests.
var (
	NewTiers  = newTiers
	OpenTiers = (*Tiers).open
	NewRules  = newRules
	OpenRules = (*Rules).open
)
