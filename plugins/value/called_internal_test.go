package value

import "testing"

// Remarks name models as people do, not by their parameter.
func TestCalled(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{modelBGNBD: "BG/NBD", modelPareto: "Pareto/NBD", "Gamma-Gamma": "Gamma-Gamma"} {
		if got := called(kind); got != want {
			t.Errorf("%s is called %s", kind, got)
		}
	}
}
