package delimited_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/internal/patience"
)

// Texts made to be slow are read in time in proportion to their length.
func TestHostile(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	for name, piece := range map[string]string{
		"open quotes":     "\"a\n",
		"open in cells":   "1,\"a,2\n",
		"doubled":         ",\"a\"\"b,\"\"c\"\"",
		"quotes only":     "\"",
		"quotes, commas":  "\",",
		"escaped":         "\\\"",
		"single":          "'a,'",
		"blanks":          "  \" ",
		"delimiters":      ",;\t|",
		"quotes in lines": "\"\"\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := []byte("a,b\n1,2\n" + strings.Repeat(piece, size/len(piece)))
			start := time.Now()
			found := delimited.Detect(b, true)
			_, _, err := readAll(bytes.NewReader(b), found)
			if spent := time.Since(start); spent > patience.For(20*time.Second) {
				t.Errorf("%v for 1 MB, %v", spent, err)
			} else {
				t.Log(spent, err)
			}
		})
	}
}
