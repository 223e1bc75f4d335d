package guard

import (
	"encoding/json"

	"qunxiang/core"
	"qunxiang/core/feature"
)

// History is what the guards learn from the transactions. It takes a pass over the rows,
// so it is kept with what else they add up to ([core.Summary]), and a run looks at no row.
type History struct {
	Rows    int       `json:"rows"`
	Last    core.Date `json:"last"` // day
	Doubled *Doubled  `json:"doubled,omitempty"`
	Jump    *Jump     `json:"jump,omitempty"`
}

// Doubled counts what is there twice among what was looked at: orders, or rows where
// there are no order numbers.
type Doubled struct {
	Rows int `json:"rows"`
	Of   int `json:"of"`
}

// Jump is a step of the median amount between two months or two files.
type Jump struct {
	Months   bool      `json:"months,omitempty"`
	From     core.Date `json:"from"` // first days of the months
	To       core.Date `json:"to"`
	FromFile string    `json:"fromFile,omitempty"`
	ToFile   string    `json:"toFile,omitempty"`
	Before   float64   `json:"before"`
	After    float64   `json:"after"`
	Times    float64   `json:"times"`
}

// Learn makes the history of transactions that came from the sources.
func Learn(tx *core.Transactions, sources []core.Source) *History {
	h := &History{Rows: tx.Rows(), Last: core.NoDate}
	if h.Rows == 0 {
		return h
	}
	_, h.Last = feature.Span(tx)
	h.Doubled = doubledRows(tx)
	if h.Rows >= 2*unitRows {
		h.Jump = unitsJump(tx, sources)
	}
	return h
}

// Note writes the history down for [Noted].
func (h *History) Note() []byte {
	b, err := json.Marshal(h)
	if err != nil { // a float that JSON lacks: whoever needs the history learns it again
		return nil
	}
	return b
}

// Noted reads what [History.Note] has written, nil where it is something else.
func Noted(b []byte) *History {
	h := &History{}
	if len(b) == 0 || json.Unmarshal(b, h) != nil {
		return nil
	}
	return h
}
