package ingest

import "strings"

// maxMatter is how many rows a description between two lines of hyphens may have.
const maxMatter = 500

// remarkRows counts the rows at the top of a text that are remarks, blank rows among them:
// rows that begin with a number sign, or a description between two rows of three hyphens.
// It is 0 where nothing else follows.
func remarkRows(rows [][]string) int {
	if len(rows) > 0 && isRule(rows[0]) {
		for i, r := range rows[1:min(len(rows), maxMatter)] {
			if isRule(r) && i+2 < len(rows) {
				return i + 2
			}
		}
	}
	n := 0
	for i, r := range rows {
		switch {
		case lastFilled(r) == 0:
		case isRemark(r) && !namesColumns(rows, i):
			n = i + 1
		default:
			return n
		}
	}
	return 0
}

// namesColumns reports a row that is no remark but names the columns of those below it:
// "#id,name".
func namesColumns(rows [][]string, i int) bool {
	first := strings.TrimSpace(rows[i][0])
	return filledCells(rows[i]) > 1 && len(first) > 1 && first[1] > '@' && !strings.Contains(first, " ") &&
		i+1 < len(rows) && filledCells(rows[i+1]) > 1 && !isRemark(rows[i+1])
}

func isRule(r []string) bool { return lastFilled(r) == 1 && strings.TrimSpace(r[0]) == "---" }

// isRemark reports a row that begins with a number sign and no number: #1001 is an order.
func isRemark(r []string) bool {
	if len(r) == 0 {
		return false
	}
	c := strings.TrimSpace(r[0])
	return strings.HasPrefix(c, "#") && (len(c) == 1 || !digit(c[1]))
}

// remarkHeader reports whether the last of the remarks names the columns of the rows below
// it, and the names: "#id,name", or "# id name" where blanks divide.
func (s *shape) remarkHeader(rows [][]string, last int) (names []string, ok bool) {
	if last < 0 || last+1 >= len(rows) || s.width < 2 {
		return nil, false
	}
	names = rows[last][:lastFilled(rows[last])]
	if len(names) == s.width+1 && strings.TrimSpace(names[0]) == "#" {
		names = names[1:]
	}
	if len(names) != s.width || filledCells(names) != s.width || !s.words(names) || lastFilled(rows[last+1]) == 0 {
		return nil, false
	}
	seen := map[string]bool{}
	for _, n := range names {
		if n = strings.TrimSpace(n); seen[n] || len(n) > 60 {
			return nil, false
		}
		seen[n] = true
	}
	return names, hasTyped(columnKinds(rows[last+1:], s.width))
}
