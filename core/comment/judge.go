package comment

import (
	"context"
	"math"

	"qunxiang/core"
)

// The ways to judge sentiment.
const (
	ByAuto    = "auto"
	ByLexicon = "lexicon" // the words of the lexicon alone
	ByRatings = "ratings" // learnt from the user's ratings
	BySelf    = "self"    // learnt from what the lexicon is sure of in the user's own comments
)

const (
	leastRated  = 200  // rated texts to learn from
	leastSide   = 40   // of them on each side
	leastTexts  = 500  // texts for learning without ratings
	leastSure   = 100  // of them that the lexicon is sure of, on each side
	sure        = 0.4  // score from which the lexicon is sure
	lexiconHelp = 0.5  // what the lexicon's score adds to a margin that was learnt from it
	ratedCost   = 3    // C of the regression with ratings
	selfCost    = 1    // and without
	fewRated    = 5000 // rated texts below which what is learnt without ratings may be better
)

// Method says how sentiment was judged, why so, and how well.
type Method struct {
	ID  string       `json:"id"`
	Why core.Message `json:"why"`
	// Accuracy is the share of the user's own rated comments whose side was found, each by
	// a model that had not seen its text; nil where no comments are rated.
	Accuracy *float64 `json:"accuracy"`
	// Lexicon is that share for the lexicon alone (one it cannot tell counts as half).
	Lexicon *float64 `json:"lexiconAccuracy"`
	// Majority is the share of the more frequent side: what blind guessing reaches.
	Majority *float64 `json:"majority"`
	Rated    int      `json:"rated"`  // comments with a rating that takes a side
	Texts    int      `json:"texts"`  // distinct texts
	Learnt   int      `json:"learnt"` // distinct texts that were learnt from
}

// judged are the scores of distinct folded texts, −1…1.
type judged struct {
	score  []float64
	method Method
}

// votes are the ratings of a distinct text: comments that praise and that complain.
type votes struct{ up, down int }

// sign is the side that most take.
func (v votes) sign() float64 {
	switch {
	case v.up > v.down:
		return 1
	case v.down > v.up:
		return -1
	}
	return 0
}

// judge scores folded texts: lex are their scores by the lexicon, rated has the ratings of
// each, nil = there are none.
func judge(ctx context.Context, texts []string, lex []float64, rated []votes, way string) (*judged, error) {
	out := &judged{score: lex, method: Method{ID: ByLexicon, Texts: len(texts)}}
	s, sides := newSample(texts, rated, lex)
	out.method.measureLexicon(lex, rated)
	switch {
	case way == ByLexicon:
		out.method.Why = core.Message{Key: "comments.why.asked"}
		return out, nil
	case way != BySelf && len(s.texts) >= leastRated && min(sides.up, sides.down) >= leastSide:
		return out, out.byRatings(ctx, texts, rated, lex, s)
	}
	if way == ByRatings {
		return nil, &core.Error{
			Code: "comments_few_ratings", Origin: core.OriginData, Op: "judge",
			Args: core.Args{"need": leastRated, "side": leastSide, "up": sides.up, "down": sides.down},
		}
	}
	s, sides = surest(texts, lex)
	if !enoughSure(s, sides) {
		out.method.Why = core.Message{Key: "comments.why.few", Args: core.Args{"n": len(texts), "need": leastTexts, "side": leastSure}}
		return out, nil
	}
	return out, out.bySelf(ctx, texts, rated, lex, s)
}

// newSample takes the texts whose ratings take a side.
func newSample(texts []string, rated []votes, lex []float64) (*sample, votes) {
	s, sides := &sample{}, votes{}
	for i := range rated {
		y := rated[i].sign()
		if y == 0 || texts[i] == "" {
			continue
		}
		s.add(texts[i], y, lex[i], &sides)
	}
	return s, sides
}

func (s *sample) add(text string, y, lex float64, sides *votes) {
	s.texts, s.sign, s.lex = append(s.texts, text), append(s.sign, y), append(s.lex, lex)
	if y > 0 {
		sides.up++
	} else if y < 0 {
		sides.down++
	}
}

// surest takes all texts, those of which the lexicon is sure with its judgement.
func surest(texts []string, lex []float64) (*sample, votes) {
	s, sides := &sample{}, votes{}
	for i, t := range texts {
		if t == "" {
			continue
		}
		y := 0.0
		if math.Abs(lex[i]) >= sure {
			y = math.Copysign(1, lex[i])
		}
		s.add(t, y, lex[i], &sides)
	}
	return s, sides
}

// byRatings learns from the user's ratings, and keeps the lexicon's scores where it is the better judge.
func (j *judged) byRatings(ctx context.Context, texts []string, rated []votes, lex []float64, s *sample) error {
	m, err := learner{cost: ratedCost, extra: true}.fit(ctx, s.sorted())
	if err != nil {
		return err
	}
	margins, err := m.all(ctx, texts, lex)
	if err != nil {
		return err
	}
	accuracy := hits(margins, rated)
	if j.method.Lexicon != nil && accuracy <= *j.method.Lexicon {
		j.method.Accuracy = j.method.Lexicon
		j.method.Why = core.Message{Key: "comments.why.lexicon_better", Args: core.Args{"learnt": percent(accuracy), "lexicon": percent(*j.method.Lexicon)}}
		return nil
	}
	if all, sides := surest(texts, lex); len(s.texts) < fewRated && enoughSure(all, sides) {
		self := judged{method: j.method}
		if err := self.bySelf(ctx, texts, rated, lex, all); err != nil {
			return err
		}
		if *self.method.Accuracy > accuracy {
			*j = self
			j.method.Why = core.Message{Key: "comments.why.self_better", Args: core.Args{"learnt": percent(accuracy), "self": percent(*self.method.Accuracy)}}
			return nil
		}
	}
	j.method.ID, j.method.Accuracy, j.method.Learnt = ByRatings, &accuracy, len(s.texts)
	j.method.Why = core.Message{Key: "comments.why.ratings", Args: core.Args{"n": j.method.Rated}}
	j.score = squashed(texts, margins)
	return nil
}

// percent is a share in per cent, to one place.
func percent(v float64) float64 { return math.Round(1000*v) / 10 }

// enoughSure reports whether there is enough to learn from without ratings.
func enoughSure(s *sample, sides votes) bool {
	return len(s.texts) >= leastTexts && min(sides.up, sides.down) >= leastSure
}

// bySelf learns from the lexicon's surest judgements.
func (j *judged) bySelf(ctx context.Context, texts []string, rated []votes, lex []float64, s *sample) error {
	m, err := learner{cost: selfCost, balance: true}.fit(ctx, s.sorted())
	if err != nil {
		return err
	}
	margins, err := m.all(ctx, texts, lex)
	if err != nil {
		return err
	}
	for i := range margins {
		margins[i] += lexiconHelp * lex[i]
	}
	j.method.ID, j.method.Why = BySelf, core.Message{Key: "comments.why.self", Args: core.Args{"n": len(texts)}}
	for _, y := range s.sign {
		if y != 0 {
			j.method.Learnt++
		}
	}
	if j.method.Rated > 0 {
		accuracy := hits(margins, rated)
		j.method.Accuracy = &accuracy
	}
	j.score = squashed(texts, margins)
	return nil
}

// squashed turns margins into scores: the probability of praise less that of complaint.
func squashed(texts []string, margins []float64) []float64 {
	out := make([]float64, len(margins))
	for i, d := range margins {
		if texts[i] != "" {
			out[i] = math.Tanh(d / 2)
		}
	}
	return out
}

// all returns the margins of texts, each by the model that did not learn from it.
func (m *model) all(ctx context.Context, texts []string, lex []float64) ([]float64, error) {
	out := make([]float64, len(texts))
	err := parallel(work(ctx, workJudge), len(texts), func(from, to int) {
		var u []uint64
		var list []uint32
		for i := from; i < to; i++ {
			out[i], u, list = m.judge(texts[i], lex[i], u, list)
		}
	})
	return out, err
}

// hits is the share of rated comments whose side the values take; 0 takes half a side.
func hits(value []float64, rated []votes) float64 {
	right, all := 0.0, 0
	for i, v := range rated {
		all += v.up + v.down
		switch {
		case value[i] > 0:
			right += float64(v.up)
		case value[i] < 0:
			right += float64(v.down)
		default:
			right += float64(v.up+v.down) / 2
		}
	}
	if all == 0 {
		return 0
	}
	return right / float64(all)
}

// measureLexicon counts the ratings and how many of them the lexicon finds.
func (m *Method) measureLexicon(lex []float64, rated []votes) {
	up := 0
	for _, v := range rated {
		m.Rated += v.up + v.down
		up += v.up
	}
	if m.Rated == 0 {
		return
	}
	accuracy := hits(lex, rated)
	majority := float64(max(up, m.Rated-up)) / float64(m.Rated)
	m.Lexicon, m.Majority = &accuracy, &majority
	m.Accuracy = &accuracy
}
