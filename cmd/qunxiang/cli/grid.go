package cli

import (
	"io"
	"strings"

	"golang.org/x/text/width"
)

// grid is a table of texts for the terminal. Columns line up by what a terminal
// shows: a Chinese character is two cells wide.
type grid struct {
	head  []string // may be nil
	right []bool   // by column: align to the right (numbers)
	rows  [][]string
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// write prints the grid, each line after indent.
func (g *grid) write(w io.Writer, indent string) error {
	lines := g.rows
	if g.head != nil {
		lines = append([][]string{g.head}, g.rows...)
	}
	var widths []int
	for _, line := range lines {
		for i, cell := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cells(cell))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(indent)
		g.line(&b, line, widths)
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (g *grid) line(b *strings.Builder, line []string, widths []int) {
	for i, cell := range line {
		pad := strings.Repeat(" ", widths[i]-cells(cell))
		if i < len(g.right) && g.right[i] {
			b.WriteString(pad)
			b.WriteString(cell)
			pad = ""
		} else {
			b.WriteString(cell)
		}
		if i < len(line)-1 {
			b.WriteString(pad)
			b.WriteString("  ")
		}
	}
}

// cells returns how many terminal cells s takes.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x20 || r == 0x7f:
		case r < 0x300:
			n++
		case r < 0x370 || r >= 0x200b && r <= 0x200f || r >= 0xfe00 && r <= 0xfe0f: // combining marks, invisible characters
		default:
			n++
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				n++
			}
		}
	}
	return n
}

// oneLine makes s safe for a line of the terminal: control characters, which could
// move the cursor or ring, become blanks.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)
}
