package ingest

import (
	"slices"
	"strings"
)

// rowKind is what a row behind the header is.
type rowKind uint8

const (
	rowData rowKind = iota
	rowBlank
	rowRepeat
	rowComment
	rowTail  // a footer or a total, if no data follow
	rowOther // the header of another table
)

// kindOf judges a row behind the header. gap says that a blank row is above it, waiting
// that rows wait for the end of the file.
func (s *shape) kindOf(r []string, gap, waiting bool) rowKind {
	filled := filledCells(r)
	switch {
	case filled == 0:
		return rowBlank
	case s.headers > 0 && sameCells(r, s.last):
		return rowRepeat
	case s.comment(r, filled):
		return rowComment
	case s.otherHeader(r):
		return rowOther
	case s.maybeFooter(r, filled, gap, gap || waiting):
		return rowTail
	}
	return rowData
}

// comment reports a remark or a line that is drawn. Once a remark stood alone in its row,
// others may hold delimiters.
func (s *shape) comment(r []string, filled int) bool {
	if s.width > 1 && len(r) == 1 && strings.HasPrefix(r[0], "#") {
		s.remarks = s.remarks || r[0] == "#" || strings.HasPrefix(r[0], "# ") || strings.HasPrefix(r[0], "##")
		return true
	}
	return s.remarks && isRemark(r) || s.width > 1 && filled == 1 && isLine(r)
}

// isLine reports a row that is drawn: hyphens or equals signs from end to end.
func isLine(r []string) bool {
	c := strings.TrimSpace(strings.Join(r, ""))
	return len(c) >= 8 && (strings.Trim(c, "-") == "" || strings.Trim(c, "=") == "")
}

// maybeFooter reports a row that is a total or a note if no data follow. apart says that
// something divides it from the data.
func (s *shape) maybeFooter(r []string, filled int, gap, apart bool) bool {
	switch {
	case isTotalRow(r):
		return filled < max(2, s.width)
	case filled == 1 && s.width > 1 && isWord("rowcount", strings.Join(r, "")):
		return true
	case s.width < 3:
		return s.width == 2 && gap && len(r) < 2
	case filled == 1:
		return !s.sparse || apart
	}
	return apart && filled*2 < s.width && s.misfits(r)
}

// misfits reports that a row has none of the numbers and dates that its columns hold.
func (s *shape) misfits(r []string) bool {
	any := false
	for c, k := range s.typed {
		if k != kindNumber && k != kindDate {
			continue
		}
		any = true
		if c < len(r) {
			if g := glance(r[c]); g == kindNumber || g == kindDate {
				return false
			}
		}
	}
	return any
}

// otherHeader reports the header of another table: names of this one's columns, and
// nothing that its columns hold, in another width.
func (s *shape) otherHeader(r []string) bool {
	if s.headers == 0 || s.width < 3 || len(r) == s.width || !hasTyped(s.typed) {
		return false
	}
	same := 0
	for _, c := range r {
		if c = strings.TrimSpace(c); c != "" && slices.Contains(s.last, c) {
			same++
		}
	}
	return same*3 >= len(s.last)*2 && s.misfits(r)
}

func sameCells(a, b []string) bool {
	a, b = a[:lastFilled(a)], b[:lastFilled(b)]
	return len(a) > 0 && slices.EqualFunc(a, b, func(x, y string) bool { return strings.TrimSpace(x) == strings.TrimSpace(y) })
}

// isTotalRow reports a row whose first words are those of a total.
func isTotalRow(r []string) bool {
	for _, c := range r {
		if c = strings.TrimSpace(c); c != "" {
			return len(c) <= 40 && isWord("total", c)
		}
	}
	return false
}
