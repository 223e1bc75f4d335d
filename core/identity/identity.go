package identity

import (
	"context"

	"qunxiang/core"
)

// Field is a column that says something about customers.
type Field struct {
	Name     string // header
	Evidence Evidence
	Codes    []uint32 // of Dict, by customer code; core.NoCode = nothing known
	Dict     []string
}

// Input is what is known of the customers. It is only read.
type Input struct {
	Keys   *core.Dict // their codes; a customer is a position in it
	Fields []Field
	// KeyEvidence is what the codes themselves are where they are more than codes: Phone,
	// Email, Name … ; "" otherwise.
	KeyEvidence Evidence
	// Together and Apart are pairs that somebody has decided on.
	Together, Apart [][2]uint32
}

// Band says what is to be done with a pair.
type Band string

// The bands.
const (
	BandSure   Band = "sure"
	BandReview Band = "review"
)

// The points from which a pair is in a band.
const (
	Sure   = 10.0
	Review = 6.0
)

// Reason is what speaks for or against a pair: the id of a finding and its points. The
// text is i18n "identity.reason."+ID.
type Reason struct {
	ID     string  `json:"id"`
	Points float64 `json:"points"`
	// Share is how many customers have the value, where that counts.
	Share int `json:"share,omitempty"`
}

// Pair is two customers who may be one, the one with the smaller key first.
type Pair struct {
	A, B    uint32
	Score   float64
	Band    Band
	Reasons []Reason // the weightiest first
}

// Group is customers who are one.
type Group struct {
	Keep    uint32   // whose code stays: the shortest key, of equally short ones the smallest
	Members []uint32 // the others, by their keys
}

// Shared is a value that too many customers have, or that people type when they have none.
type Shared struct {
	Evidence  Evidence
	Value     string // in normal form: to be masked by whoever shows it
	Customers int
	Dummy     bool // stands for nothing, whoever has it
}

// Result is what was found.
type Result struct {
	Pairs     []Pair  // sure and review, the highest score first
	Groups    []Group // of sure pairs and of Together
	Shared    []Shared
	Customers int // looked at
	Compared  int // pairs scored
	// Conflicts counts pairs with the same telephone, name or the like whose identity cards
	// differ: they are two people, whatever else they share.
	Conflicts int
	// Refused are pairs of Together that cannot be one: their identity cards differ, or
	// others of their group were told apart.
	Refused [][2]uint32
}

// Find looks for customers who are there more than once. It takes some seconds for a
// million customers; the error is ctx's.
func Find(ctx context.Context, in Input, p core.Progress) (*Result, error) {
	if p == nil {
		p = core.NoProgress
	}
	stage := core.Message{Key: "stage.identity"}
	f, err := read(ctx, in)
	if err != nil {
		return nil, err
	}
	p(0.4, stage)
	pairs, err := f.candidates(ctx)
	if err != nil {
		return nil, err
	}
	p(0.7, stage)
	r := &Result{Customers: f.n, Compared: len(pairs), Shared: f.shared()}
	if r.Pairs, r.Conflicts, err = f.score(ctx, pairs); err != nil {
		return nil, err
	}
	p(0.9, stage)
	f.group(r, in)
	p(1, stage)
	return r, ctx.Err()
}

// Merge puts the pairs of in.Together into groups and leaves the rest alone; refused are
// those that cannot be one.
func Merge(ctx context.Context, in Input) (groups []Group, refused [][2]uint32, err error) {
	cards := in
	cards.Fields = nil
	for _, x := range in.Fields {
		if x.Evidence == IDCard {
			cards.Fields = append(cards.Fields, x)
		}
	}
	if cards.KeyEvidence != IDCard {
		cards.KeyEvidence = ""
	}
	f := &facts{n: in.Keys.Len(), keys: in.Keys, of: map[Evidence]*tokens{}}
	if len(cards.Fields) > 0 || cards.KeyEvidence != "" {
		if f, err = read(ctx, cards); err != nil {
			return nil, nil, err
		}
	}
	var r Result
	f.group(&r, cards)
	return r.Groups, r.Refused, ctx.Err()
}
