package presenter

// Compare is compare for the tests outside.
var Compare = compare
