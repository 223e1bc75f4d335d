package survey

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

var (
	bracketed = lazily(`^(.+?)\s*[\[【(（]([^\[\]【】()（）]+)[\]】)）]$`)
	counted   = lazily(`^(.*?\D)[ _.\-]*(\d{1,3})$`)
	lettered  = lazily(`^(.*\d)\s*[a-zA-Z]$`)
)

// stems are the stems that a header may share with others, the most telling first:
// "Rate us [price]", "5、评价—服务", "Q3_1", "A1", "Q3a".
func stems(header string) []string {
	h := strings.TrimSpace(header)
	var out []string
	add := func(s string) {
		if s = strings.TrimRight(strings.TrimSpace(s), "_.-—–:： "); s != "" && len(s) < len(h) {
			out = append(out, s)
		}
	}
	if m := bracketed().FindStringSubmatch(h); m != nil {
		add(m[1])
	}
	for _, sep := range []string{"—", "–", " - ", ":", "：", "|", "/", "_", "-", "."} {
		if at := strings.LastIndex(h, sep); at > 0 && at+len(sep) < len(h) {
			add(h[:at])
		}
	}
	if m := counted().FindStringSubmatch(h); m != nil {
		add(m[1])
	}
	if m := lettered().FindStringSubmatch(h); m != nil {
		add(m[1])
	}
	return out
}

// share finds the stem of each of some headers that most of the others have too; "" for
// those that no other shares one with.
func share(headers []string) []string {
	all := make([][]string, len(headers))
	count := map[string]int{}
	for i, h := range headers {
		all[i] = stems(h)
		for j, s := range all[i] {
			if !slices.Contains(all[i][:j], s) {
				count[s]++
			}
		}
	}
	out := make([]string, len(headers))
	for i := range headers {
		best := 1
		for _, s := range all[i] {
			if count[s] > best {
				best, out[i] = count[s], s
			}
		}
	}
	// A longer stem of fewer may have left some alone.
	left := map[string]int{}
	for _, s := range out {
		left[s]++
	}
	for i, s := range out {
		if left[s] < 2 {
			out[i] = ""
		}
	}
	return out
}

// lazily compiles a regular expression when it is first needed, not whenever a program
// starts.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
