package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is copied out of a property page of Windows begins with U+202A, and exports of
// surveys have whole questions for headers; methods put names into names of segments.
func TestColumnNames_AreFitToBeShown(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", 300)
	cut := strings.Repeat("长", 199) + "…"
	got := columnNames([]string{"\u202a金额", "a\u200eb", "ab", "\u200b", "x\xff", long, long + "？", "a\tb"}, 8)
	if diff := cmp.Diff([]string{"金额", "ab", "ab 2", "D", "E", cut, cut + " 2", "a b"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
