//go:build !linux

package host_test

// misbehave has no bad plugins here: they use what only Linux has.
func misbehave(string, string) {}
