//go:build race

package host_test

// raced: the race detector multiplies memory, so limits on it mean nothing.
const raced = true
