package ingest

import (
	_ "embed"
	"strings"
	"sync"

	"qunxiang/core"
)

//go:embed presets.txt
var presetsFile string

// preset is a known export: which headers tell it, and what its columns are.
type preset struct {
	id    string
	need  [][]string // folded; of each group one header must be there
	roles map[core.Role][]string
}

// presets are parsed once from the embedded file.
var presets = sync.OnceValue(func() []*preset {
	var out []*preset
	var p *preset
	for line := range strings.Lines(presetsFile) {
		line = strings.TrimRight(line, "\r\n")
		key, rest, found := strings.Cut(line, "\t")
		switch {
		case line == "" || line[0] == '#':
		case !found:
			p = &preset{id: key, roles: map[core.Role][]string{}}
			out = append(out, p)
		case key == "need":
			for h := range strings.SplitSeq(rest, "\t") {
				p.need = append(p.need, foldAll(strings.Split(h, "|")))
			}
		default:
			p.roles[core.Role(key)] = foldAll(strings.Split(rest, "\t"))
		}
	}
	return out
})

func foldAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fold(n)
	}
	return out
}

// findPreset recognises an export by its headers: the preset of which the most headers
// are needed, the first among equals; nil for none.
func findPreset(names []string) *preset {
	have := map[string]bool{}
	for _, n := range names {
		have[fold(n)] = true
	}
	var best *preset
	for _, p := range presets() {
		if p.fits(have) && (best == nil || len(p.need) > len(best.need)) {
			best = p
		}
	}
	return best
}

func (p *preset) fits(have map[string]bool) bool {
	for _, group := range p.need {
		found := false
		for _, h := range group {
			found = found || have[h]
		}
		if !found {
			return false
		}
	}
	return true
}

// columns returns the column of every role that the preset knows, −1 for a role that no
// column of the export has although one is headed so.
func (p *preset) columns(names []string) map[core.Role]int {
	at := map[string]int{}
	for i := len(names) - 1; i >= 0; i-- {
		at[fold(names[i])] = i
	}
	out := map[core.Role]int{}
	for r, headers := range p.roles {
		for _, h := range headers {
			if h == "" {
				out[r] = -1
			}
			if c, ok := at[h]; ok && h != "" {
				out[r] = c
				break
			}
		}
	}
	return out
}
