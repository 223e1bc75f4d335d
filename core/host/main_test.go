package host_test

import (
	"os"
	"testing"
)

// TestMain lets the test binary stand for the application: as `BINARY plugin ID` it
// is a plugin, good or bad, as `BINARY host …` an application that gets killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "plugin" {
		servePlugin(os.Args[2])
	}
	os.Exit(m.Run())
}
