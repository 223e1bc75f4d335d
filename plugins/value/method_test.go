package value_test

import (
	"testing"

	"qunxiang/plugins/value"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
)

// quiet is a reporter that nobody listens to.
type quiet struct{}

func (quiet) Progress(float64, sdk.Text) {}
func (quiet) Stopping() bool             { return false }

func TestMethod_Conforms(t *testing.T) {
	t.Parallel()
	m := value.New()
	cases := []sdktest.Case{sdktest.Generated(m.Info(), 240, 1)}
	for _, p := range []sdk.Params{
		{"model": sdk.TextValue("bgnbd")},
		{"model": sdk.TextValue("paretonbd"), "unit": sdk.TextValue("day")},
		{"model": sdk.TextValue("simple"), "segments": sdk.TextValue("alive_value")},
	} {
		c := sdktest.Generated(m.Info(), 240, 2)
		c.Name, c.Params = p["model"].Text, p
		cases = append(cases, c)
	}
	sdktest.Run(t, m, cases...)
}
