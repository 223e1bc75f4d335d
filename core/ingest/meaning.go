package ingest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
)

// Plan is how a table of purchases would be read, for whoever lets a database do the
// adding up and must come to the same result.
type Plan struct {
	Detected core.Detected
	Columns  []string          // names of the columns, none twice
	Role     map[core.Role]int // the column that fills a role
	Float    map[core.Role]bool
	Unix     bool // dates are seconds (or milliseconds) since 1970
	Serial   bool // dates are days of a spreadsheet's calendar
	Visits   bool // there are no order numbers: the rows of a customer at one time are an order
	Hints    []core.Message
}

// PlanRows looks at the first rows of a table and says how [ReadRows] would read it.
func PlanRows(ctx context.Context, s RowSource, o core.ImportOptions) (*Plan, error) {
	t, err := sampleRows(ctx, s, o)
	if err != nil {
		return nil, err
	}
	defer t.close()
	p := &Plan{Detected: t.det, Columns: t.names, Role: maps.Clone(t.roles), Float: map[core.Role]bool{}, Hints: t.hints}
	p.Unix, p.Serial = t.dates.Unix, t.dates.Serial != 0
	for r, c := range p.Role {
		p.Float[r] = t.strip[c]
	}
	if t.det.Grain == core.GrainOrder && t.grainFixed {
		delete(p.Role, core.RoleOrder)
	}
	_, numbered := p.Role[core.RoleOrder]
	p.Visits = !numbered && t.det.Grain == core.GrainLine
	return p, nil
}

// Trim takes off what an import takes off both ends of a cell.
func Trim(cell string) string { return strings.TrimFunc(cell, blank) }

// Blanks are the characters that [Trim] takes off and that texts in a database may have
// at their ends.
func Blanks() string { return " \t\r\n\u00a0\u3000\ufeff\u200b" }

// IsMissing reports whether a cell is empty or a word for it.
func IsMissing(cell string) bool { return isMissing(cell) }

// IsTest reports whether the number of an order or a customer is that of a test.
func IsTest(key string) bool { return isTest([]byte(key)) }

// TestWords are the beginnings that [IsTest] looks for.
func TestWords() []string { return append([]string{"test"}, wordLists()["test"].contains...) }

// StatusReason returns the reason for which rows with a status are left out: "cancelled",
// "unpaid", "test_order", "order_refunded" for a status that calls the purchase refunded;
// "" where they count. partial is a status that tells of a refund of unknown size.
func StatusReason(status string) (reason string, partial bool) {
	switch stateOf(status) {
	case stateRefund:
		return reasonIDs[orderRefunded], false
	case stateCancelled:
		return reasonIDs[cancelled], false
	case stateUnpaid:
		return reasonIDs[unpaid], false
	case stateTest:
		return reasonIDs[testOrder], false
	case statePartial:
		return "", true
	}
	return "", false
}

// IsDay reports whether a cell is a date in any order of day, month and year.
func IsDay(cell string) bool {
	for _, o := range orders {
		if _, ok := day.Parse([]byte(cell), day.Style{Order: o}); ok {
			return true
		}
	}
	return false
}

// IsNumber reports whether a cell is a number.
func IsNumber(cell string) bool {
	_, ok := num.Parse([]byte(cell), num.Style{})
	return ok
}

// MissingWords are the words, in small letters, that [IsMissing] takes for an empty cell,
// and the spellings of them that it does not.
func MissingWords() (words, names []string) {
	return slices.Sorted(maps.Keys(wordLists()["missing"].exact)), []string{"Nan", "Na", "Nil"}
}
