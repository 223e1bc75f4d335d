package host_test

import (
	"os"
	"testing"
)

// TestMain lets the test binary stand for the application: as `BINARY plugin ID` it
// is a plugin, as `BINARY evil MODE` a bad one, as `BINARY host MODE` an application
// that gets killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 {
		switch os.Args[1] {
		case "plugin":
			servePlugin(os.Args[2])
		case "evil", "host":
			misbehave(os.Args[1], os.Args[2])
		}
	}
	os.Exit(m.Run())
}
