package quote_test

import (
	"testing"

	"qunxiang/core/ingest/internal/quote"
)

func TestUndo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want string
		backslash  bool
	}{
		{`a ""cup""`, `a "cup"`, false},
		{`""`, `"`, false},
		{`"""`, `""`, false},
		{`a \"cup\" \\`, `a \"cup\" \\`, false},
		{`a \"cup\" \\`, `a "cup" \`, true},
		{`C:\new\`, `C:\new\`, true},
		{``, ``, true},
	} {
		if got := string(quote.Undo([]byte("> "), []byte(c.text), '"', c.backslash)); got != "> "+c.want {
			t.Errorf("%s: %s", c.text, got)
		}
	}
}
