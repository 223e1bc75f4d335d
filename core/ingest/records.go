package ingest

import (
	_ "embed"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"qunxiang/core"
)

//go:embed recordwords.txt
var recordWordsFile string

// recordWords are the headers of surveys, comments and events, by folded header; the
// words that a header need only contain stand under their "~".
var recordWords = sync.OnceValue(func() map[string][]synonym {
	out := map[string][]synonym{}
	for line := range strings.Lines(recordWordsFile) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 3 {
			continue
		}
		base, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			continue
		}
		for i, w := range strings.Fields(f[2]) {
			s := synonym{core.Role(f[0]), base - float64(i)*0.05}
			key := fold(w)
			if part, ok := strings.CutPrefix(w, "~"); ok {
				key = "~" + fold(part)
			}
			out[key] = append(out[key], s)
		}
	}
	return out
})

// recordScore returns how well a header names a role of a survey, of comments or of
// events, 0…100.
func recordScore(header string) map[core.Role]float64 {
	h := fold(header)
	out := map[core.Role]float64{}
	if h == "" {
		return out
	}
	for _, s := range recordWords()[h] {
		out[s.role] = max(out[s.role], s.score)
	}
	for w, list := range recordWords() {
		if part, ok := strings.CutPrefix(w, "~"); ok && strings.Contains(h, part) {
			for _, s := range list {
				out[s.role] = max(out[s.role], s.score-10)
			}
		}
	}
	return out
}

// question and lead are the words of headers that ask: those that say so themselves, and
// those that do before a number.
const (
	question core.Role = "question"
	lead     core.Role = "lead"
)

// rolesOf lists the roles of the columns of a kind of records; the first of need, if
// any, is the column without which there is nothing to read.
func rolesOf(kind core.SourceKind) (roles []core.Role, need core.Role) {
	switch kind {
	case core.SourceComments:
		return []core.Role{core.RoleCustomer, core.RoleText, core.RoleDate, core.RoleRating, core.RoleChannel}, core.RoleText
	case core.SourceEvents:
		return []core.Role{core.RoleCustomer, core.RoleEvent, core.RoleDate, core.RoleChannel}, core.RoleEvent
	}
	return []core.Role{core.RoleCustomer, core.RoleDate, core.RoleWeight}, ""
}

// recordRoles settles the roles of a survey, of comments or of events.
func (l *layout) recordRoles(ps []*profile, fixed map[core.Role]int, o core.ImportOptions) error {
	l.roles = map[core.Role]int{}
	roles, need := rolesOf(l.kind)
	cols, conf := assignRecords(ps, roles, fixed, l.header >= 0)
	if _, ok := cols[need]; !ok && need != "" {
		if c, ok := leftOver(ps, cols, need); ok {
			cols[need], conf[need] = c, 0.5
		}
	}
	if _, ok := cols[core.RoleCustomer]; !ok && rowNames(ps) && !slices.Contains(slices.Collect(maps.Values(cols)), 0) {
		cols[core.RoleCustomer], conf[core.RoleCustomer] = 0, 0.6
	}
	for r, column := range o.Map {
		if column == "" { // the user said that no column has it
			delete(cols, r)
		}
	}
	for _, r := range roles {
		if c, ok := cols[r]; ok {
			l.setRole(r, c, conf[r])
		}
	}
	if _, ok := l.roles[need]; !ok && need != "" {
		code := "no_text_column"
		if need == core.RoleEvent {
			code = "no_event_column"
		}
		return dataErrorArgs(code, core.Where{Row: l.header + 1}, core.Args{"columns": l.names})
	}
	if _, ok := l.roles[core.RoleCustomer]; !ok {
		l.hints = append(l.hints, core.Message{Key: "import.hint.row_as_customer"})
	}
	return l.renameRecords(fixed)
}

// rowNames reports whether the first column has no header and a name for every row, as
// statistics programs write them.
func rowNames(ps []*profile) bool {
	return len(ps) > 2 && ps[0].name == letter(0) && ps[0].kind() == "id" && ps[0].empty == 0 && oneRowEach(ps[0])
}

// renameRecords names the columns: those with a role by it, those that the user mapped to
// another word by that, the others by their header.
func (l *layout) renameRecords(fixed map[core.Role]int) error {
	l.attributes = slices.Clone(l.names)
	taken, done := map[string]bool{}, map[int]bool{}
	for r, c := range l.roles {
		done[c] = true
		if r != core.RoleCustomer && r != core.RoleDate {
			l.attributes[c] = string(r)
			taken[string(r)] = true
		}
	}
	for r, c := range fixed {
		if got, ok := l.roles[r]; ok && got == c {
			continue
		}
		if taken[string(r)] {
			return userError("attribute_twice", "map", core.Args{"attribute": string(r)})
		}
		l.attributes[c] = string(r)
		taken[string(r)], done[c] = true, true
		l.setRole(r, c, 1)
	}
	for c := range l.names {
		if done[c] {
			continue
		}
		for taken[l.attributes[c]] {
			l.attributes[c] += " 2"
		}
		taken[l.attributes[c]] = true
	}
	return nil
}

// isKey reports whether a column of records says who or when and is no cell of a row.
func (l *layout) isKey(c int) bool {
	for _, r := range [...]core.Role{core.RoleCustomer, core.RoleDate} {
		if k, ok := l.roles[r]; ok && k == c {
			return true
		}
	}
	return false
}

// assignRecords is [assign] for the roles of records.
func assignRecords(ps []*profile, roles []core.Role, fixed map[core.Role]int, named bool) (cols map[core.Role]int, conf map[core.Role]float64) {
	var all []candidate
	for c, p := range ps {
		for _, r := range roles {
			if s := recordRoleScore(r, p, named); s > 0 {
				all = append(all, candidate{r, c, s})
			}
		}
	}
	return distribute(all, fixed)
}

// recordRoleScore weighs the header against the values.
func recordRoleScore(r core.Role, p *profile, named bool) float64 {
	var h, mine map[core.Role]float64
	if named {
		h, mine = headerScore(p.name), recordScore(p.name)
	}
	if isQuestion(p.name) && named {
		if r == core.RoleCustomer && p.width >= 8 && p.unique() >= 0.9 && identifies(p) {
			return mine[r] // "1. Your telephone number"
		}
		return 0 // an item, whatever it asks for
	}
	s := mine[r]
	switch r {
	case core.RoleDate:
		return dateScore(max(s, h[r]), h, p)
	case core.RoleCustomer:
		return customerScore(max(s, h[r]), h, p)
	case core.RoleText:
		return textScore(s, p)
	case core.RoleChannel:
		s = max(s, h[r])
	}
	if !fits(r, p) {
		return 0
	}
	return s
}

// fits reports whether the values of a column may be what the role says.
func fits(r core.Role, p *profile) bool {
	switch r {
	case core.RoleEvent:
		return p.n > 0 && p.share(p.number) <= 0.5 && p.dateShare() <= 0.5
	case core.RoleWeight:
		return p.n > 0 && p.share(p.number) >= 0.9 && p.negative == 0
	case core.RoleRating:
		return p.n > 0 && p.share(p.number) >= 0.9
	}
	return p.n > 0 && (p.unique() <= 0.5 || p.n <= 20)
}

// textScore prefers sentences: a column called "content" that holds numbers is none.
func textScore(s float64, p *profile) float64 {
	switch {
	case p.n == 0 || p.share(p.number) > 0.5 || p.dateShare() > 0.5:
		return 0
	case sentences(p):
		return max(s, 40) // the header decides between two columns of sentences
	}
	return s - 30
}

// sentences reports whether a column holds what people write: long cells that hardly
// ever come twice.
func sentences(p *profile) bool {
	return p.n > 0 && meanBytes(p) >= 24 && p.unique() >= 0.5 && p.share(p.number) < 0.1 && p.dateShare() < 0.1
}

// meanBytes is the mean length of the cells of a sample; a Chinese character has three.
func meanBytes(p *profile) float64 {
	sum, n := 0, 0
	for cell, k := range p.distinct {
		sum += k * len(cell)
		n += k
	}
	return float64(sum) / float64(max(n, 1))
}

// leftOver finds the column that must be the needed one by its values: the longest
// texts, or the only category that is left.
func leftOver(ps []*profile, cols map[core.Role]int, need core.Role) (col int, ok bool) {
	best, n := 0.0, 0
	for _, c := range free(ps, cols) {
		p := ps[c]
		if p.share(p.number) > 0.5 || p.dateShare() > 0.5 {
			continue
		}
		n++
		if m := meanBytes(p); m > best {
			best, col, ok = m, c, true
		}
	}
	return col, ok && (need == core.RoleText || n == 1)
}

// guessRecords tells surveys, comments and events from purchases and customers; "" = it
// is none of them. Purchases come first: what has money or order numbers is theirs.
func guessRecords(ps []*profile, cols, fixed map[core.Role]int, named bool) core.SourceKind {
	has := func(m map[core.Role]int, roles ...core.Role) bool {
		return slices.ContainsFunc(roles, func(r core.Role) bool { _, ok := m[r]; return ok })
	}
	switch {
	case has(fixed, core.RoleAmount, core.RoleOrder, core.RolePrice, core.RoleQuantity, core.RoleProduct):
		return ""
	case has(fixed, core.RoleText):
		return core.SourceComments
	case has(fixed, core.RoleEvent):
		return core.SourceEvents
	case has(fixed, core.RoleWeight):
		return core.SourceSurvey
	case !named:
		return ""
	}
	money := hasMoney(ps, cols)
	switch {
	case !money && !has(cols, core.RoleOrder) && asks(ps, has(cols, core.RoleCustomer)):
		return core.SourceSurvey
	case has(cols, core.RoleDate) && (!has(cols, core.RoleOrder) || !money) && slices.ContainsFunc(ps, func(p *profile) bool { return isEvent(p, money) }):
		return core.SourceEvents
	case !money && isComments(ps, cols):
		return core.SourceComments
	}
	return ""
}

// hasMoney reports a column of money or of pieces, not of what somebody thinks of the price.
func hasMoney(ps []*profile, cols map[core.Role]int) bool {
	return slices.ContainsFunc([]core.Role{core.RoleAmount, core.RolePrice, core.RoleQuantity}, func(r core.Role) bool {
		c, ok := cols[r]
		return ok && !chosenFrom("likert", ps[c]) && !inScale(ps[c])
	})
}

// isEvent reports whether a column says what happened.
func isEvent(p *profile, money bool) bool {
	least := 84.0 - 5
	if money {
		least = 90
	}
	return recordRoleScore(core.RoleEvent, p, true) >= least && (p.unique() < 0.5 || p.n < 10)
}

// isComments reports whether a table is one of comments: sentences under a header that
// says so, or beside a customer and little else.
func isComments(ps []*profile, cols map[core.Role]int) bool {
	cust, hasCust := cols[core.RoleCustomer]
	table := hasCust && oneRowEach(ps[cust]) && len(ps) > 6 // of customers, with a remark
	for c, p := range ps {
		if hasCust && c == cust || !sentences(p) {
			continue
		}
		if s := recordScore(p.name)[core.RoleText]; !table && saidToBeText(s, len(ps)) || hasCust && len(ps) <= 4 && s > 0 && meanBytes(p) >= 45 && p.unique() >= 0.8 {
			return true
		}
	}
	return !table && ratedRemarks(ps)
}

// saidToBeText reports whether the score of a header is enough in a table of so many columns.
func saidToBeText(score float64, columns int) bool {
	return score >= 90 && columns <= 20 || score >= 79 && columns <= 10
}

// asks reports whether headers or cells say that the columns are questions.
func asks(ps []*profile, keyed bool) bool {
	return isSurvey(ps) || scaledSurvey(ps) || choices(ps, keyed)
}

// isSurvey reports whether the headers say that the columns are questions.
func isSurvey(ps []*profile) bool {
	n, nps, of := 0, false, len(ps)
	blocks, ratings := ratingBlocks(ps), 0
	for i, p := range ps {
		if isWord("answersheet", p.name) {
			of--
		}
		switch {
		case p.n > 0 && (isQuestion(p.name) || inScale(p)) && answers(p):
			n++
			nps = nps || strings.Contains(strings.ToLower(p.name), "nps")
		case blocks[i]:
			ratings++
		}
	}
	if n > 0 || ratings >= 10 {
		n += ratings
	}
	return n >= 3 && n*2 >= of || nps && n*3 >= of
}

// answers reports whether a column could hold answers: a scale, choices, or text.
func answers(p *profile) bool {
	if p.share(p.number) < 0.9 {
		return p.dateShare() < 0.5
	}
	return p.integer+p.floatID == p.number && len(p.distinct) <= 12 && p.width <= 4
}

// isQuestion reports whether a header reads like an item of a questionnaire: Q1, a number
// in front, a question mark, a known scale.
func isQuestion(header string) bool {
	h := strings.ToLower(strings.TrimSpace(header))
	if h == "" {
		return false
	}
	if strings.HasSuffix(h, "?") || strings.HasSuffix(h, "\uFF1F") || strings.HasPrefix(h, "nps") {
		return true
	}
	if recordScore(h)[question] > 0 || recordScore(bracketed(h))[question] > 0 {
		return true
	}
	if i := strings.IndexAny(h, "0123456789"); i > 0 && len(h) <= 60 {
		for _, s := range recordWords()[fold(h[:i])] {
			if s.role == lead {
				return true
			}
		}
	}
	if !digitsFirst(h) {
		return false
	}
	rest := strings.TrimLeft(h, "0123456789")
	r, size := utf8.DecodeRuneInString(rest)
	return size < len(rest) && strings.ContainsRune(".:)\u3001\uFF0E\uFF1A\uFF09", r)
}

func digitsFirst(s string) bool {
	s = strings.TrimLeft(s, " _-.")
	return s != "" && s[0] >= '0' && s[0] <= '9'
}
