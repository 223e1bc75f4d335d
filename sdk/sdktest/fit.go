package sdktest

import (
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

// Quiet is a reporter that nobody listens to.
type Quiet struct {
	Stop bool // the user asks for the best result so far
}

// Progress implements sdk.Reporter.
func (Quiet) Progress(float64, sdk.Text) {}

// Stopping implements sdk.Reporter.
func (q Quiet) Stopping() bool { return q.Stop }

// Fit runs a case as the application does: validated, with complete parameters, the
// answer checked. A case that the method refuses fails the test, whether by Validate or
// by the diagnostics of the answer. It is for an author's own tests of numbers.
func Fit(t *testing.T, m sdk.Method, c Case) sdk.Response {
	t.Helper()
	s := &suite{method: m, info: m.Info()}
	return s.answer(t, c, s.complete(t, c))
}

// RunProgram is [RunRemote] for a program that serves methods, which it starts.
func RunProgram(t *testing.T, cases map[string][]Case, program string, args ...string) {
	t.Helper()
	c, stop, err := rpc.Start(t.Context(), program, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	RunRemote(t, c, cases)
}
