package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

func TestExitCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{&core.Error{Code: "disk_full", Origin: core.OriginApp}, 1},
		{&core.Error{Code: "unknown_method", Origin: core.OriginUser}, 2},
		{&core.Error{Code: "output_exists", Origin: core.OriginUser}, 1},
		{&core.Error{Code: "no_survey", Origin: core.OriginUser}, 1},
		{&core.Error{Code: "no_comments", Origin: core.OriginUser}, 1},
		{&core.Error{Code: "no_events", Origin: core.OriginUser}, 1},
		{fmt.Errorf("import: %w", &core.Error{Code: "no_date_column", Origin: core.OriginData}), 3},
		{&core.Error{Code: "plugin_failed", Origin: core.OriginPlugin}, 4},
		{&core.Error{Code: core.CodeCancelled, Origin: core.OriginCancelled}, 5},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

// A command that was done when the user cancelled is not said to have changed nothing,
// whatever its interrupted processes say when they are closed.
func TestEnd(t *testing.T) {
	t.Parallel()
	done, cancel := context.WithCancel(t.Context())
	cancel()
	failed, broken := errors.New("failed"), errors.New("broken")
	for _, c := range []struct {
		ctx         context.Context
		err, closed error
		want        error
	}{
		{t.Context(), nil, nil, nil},
		{t.Context(), nil, broken, broken},
		{t.Context(), failed, broken, failed},
		{done, failed, nil, context.Canceled},
		{done, nil, nil, nil},
		{done, nil, broken, nil},
	} {
		s := &session{closers: []func() error{func() error { return c.closed }}}
		if got := s.end(c.ctx, c.err); !errors.Is(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("cancelled %v, command %v, closing %v: %v, want %v", c.ctx.Err(), c.err, c.closed, got, c.want)
		}
	}
}

func TestGrid_alignsByTerminalCells(t *testing.T) {
	t.Parallel()
	g := &grid{head: []string{"客群", "人数"}, right: []bool{false, true}}
	g.add("重要价值", "12")
	g.add("VIP", "1,234")
	var b bytes.Buffer
	if err := g.write(&b, ""); err != nil {
		t.Fatal(err)
	}
	want := "客群       人数\n重要价值     12\nVIP       1,234\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("grid (-want +got):\n%s", diff)
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"": 0, "abc": 3, "客户": 4, "ｆｕｌｌ": 8, "e\u0301": 1, "“x”": 3, "¥1.2 万": 7} {
		if got := cells(s); got != want {
			t.Errorf("cells(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestOneLine_disarmsControlCharacters(t *testing.T) {
	t.Parallel()
	if got := oneLine("a\x1b[2Jb\nc\u202ed"); got != "a [2Jb c d" {
		t.Errorf("%q", got)
	}
}

func TestMapping(t *testing.T) {
	t.Parallel()
	got, err := mapping([]string{"customer=Member, no", "date=Day,amount=Paid=net"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[core.Role]string{"customer": "Member, no", "date": "Day", "amount": "Paid=net"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
}

func TestSettings_joinsWhatMayBeRepeated(t *testing.T) {
	t.Parallel()
	info := sdk.Info{ID: "m", Params: []sdk.Param{{ID: "rule", Kind: sdk.ParamTexts}, {ID: "k", Kind: sdk.ParamInt}}}
	got, err := settings(info, []string{"rule=a:x > 1", "rule=b:y = 'p,q'", "k=3"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"rule": "a:x > 1\nb:y = 'p,q'", "k": "3"}, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	for words, code := range map[string]string{"k=3 k=4": "usage_set_twice", "j=1": "unknown_param", "k": "usage_bad_value"} {
		if _, err := settings(info, strings.Fields(words)); core.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", words, err, code)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"import", "info", "export", "chart"}
	for word, want := range map[string]string{"imprt": "import", "exprot": "export", "inf": "info", "xyz": "", "zap": ""} {
		if got := nearest(word, names); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestBar_isQuietForWhatIsFastAndThrottled(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	var b bytes.Buffer
	p := newBar(&b, i18n.Locale{Lang: sdk.EN}, false, func() time.Time { return now })
	stage := core.Message{Key: "cli.usage"}
	p.show(0.1, stage)
	if b.Len() > 0 {
		t.Errorf("a line before the first second: %q", b.String())
	}
	for i := range 100 {
		now = time.Unix(0, int64(i)*int64(100*time.Millisecond))
		p.show(float64(i)/100, stage)
	}
	if n := strings.Count(b.String(), "\n"); n != 5 { // at 1, 3, 5, 7 and 9 seconds
		t.Errorf("%d lines in ten seconds:\n%s", n, b.String())
	}
}

func TestBar_cleansUpBehindItself(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	var b bytes.Buffer
	p := newBar(&b, i18n.Locale{Lang: sdk.EN}, true, func() time.Time { return now })
	now = now.Add(time.Second)
	p.show(0.5, core.Message{Key: "cli.usage"})
	if !strings.Contains(b.String(), "█") || strings.Contains(b.String(), "\n") {
		t.Errorf("bar %q", b.String())
	}
	p.clear()
	if !strings.HasSuffix(b.String(), " \r") {
		t.Errorf("bar left behind: %q", b.String())
	}
	var none *bar
	none.clear()
}

func TestParamShape_isWhatOneTypes(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]sdk.Param{
		"auto|≥ 2 (auto)": {Kind: sdk.ParamInt, Auto: true, Default: sdk.Auto(), Min: sdk.Bound(2), Max: sdk.Bound(1e9)},
		"0…1000000 (5)":   {Kind: sdk.ParamInt, Default: sdk.Int(5), Min: sdk.Bound(0), Max: sdk.Bound(1e6)},
		"0…1,… (0.3,0.7)": {Kind: sdk.ParamNumbers, Default: sdk.Numbers(0.3, 0.7), Min: sdk.Bound(0), Max: sdk.Bound(1)},
		"texts (a; b)":    {Kind: sdk.ParamTexts, Default: sdk.Texts("a", "b")},
		"net|drop (net)":  {Kind: sdk.ParamChoice, Default: sdk.TextValue("net"), Choices: []sdk.Choice{{ID: "net"}, {ID: "drop"}}},
	} {
		if got := paramShape(p); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
