package store_test

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// TestMain also serves as the process that the crash tests kill, and keeps the
// normal run of the random tests short; QX_ROUNDS=1000 asks for the long form.
func TestMain(m *testing.M) {
	if dir := os.Getenv("QX_STORE_CHILD"); dir != "" {
		os.Exit(child(dir))
	}
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(rounds(12, 100)))
	}
	os.Exit(m.Run())
}

// rounds returns how often a test repeats: short normally, long (or the number
// itself, where it is larger) when QX_ROUNDS is set.
func rounds(short, long int) int {
	n, err := strconv.Atoi(os.Getenv("QX_ROUNDS"))
	if err != nil || n <= 0 {
		return short
	}
	return max(n, long)
}
