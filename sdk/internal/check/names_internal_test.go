package check

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// The rules for ids, versions and media types are those of their regular expressions.
func TestNamesAreThoseOfTheExpressions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pattern, like string
		rule                func(string) bool
	}{
		{"id", `^[a-z][a-z0-9_-]{0,63}$`, `[a-z_A0-]{0,3}[a-z0-9_-]{0,64}`, isID},
		{"field", `^[A-Za-z][A-Za-z0-9_]{0,63}$`, `[a-z_A0-]{0,3}[A-Za-z0-9_]{0,64}`, isField},
		{"version", `^\d{1,6}\.\d{1,6}\.\d{1,6}([-+][0-9A-Za-z.+-]{1,64})?$`, `(\d{0,7}\.){1,3}\d{0,7}([-+][0-9A-Za-z.+_-]{0,66})?`, isVersion},
		{"media", `^[a-z0-9.+-]+/[a-z0-9.+-]+(;[A-Za-z0-9=._ -]+)?$`, `[a-zA0-9.+-]{0,3}/{0,2}[a-z0-9.+-]{0,3}(;[A-Za-z0-9=._ ;/-]{0,4})?`, isMedia},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pattern := regexp.MustCompile(c.pattern)
			rapid.Check(t, func(t *rapid.T) {
				s := rapid.OneOf(rapid.StringMatching(c.pattern[1:len(c.pattern)-1]), rapid.StringMatching(c.like), rapid.String()).Draw(t, "text")
				if rapid.IntRange(0, 9).Draw(t, "line end") == 0 {
					s += "\n"
				}
				if got := c.rule(s); got != pattern.MatchString(s) {
					t.Fatalf("%q: %v", s, got)
				}
			})
		})
	}
}
