package comment

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
)

const (
	// folds is the number of parts of a cross-validation.
	folds = 5
	// mostTexts is how many distinct texts are learnt from at most; more make it slower,
	// hardly better.
	mostTexts = 20000
)

// sample is a set of distinct folded texts with what is known of them, in an order that
// follows from the texts.
type sample struct {
	texts []string
	keys  []uint64
	sign  []float64 // 1, −1, or 0 where nothing is known
	lex   []float64 // score by the lexicon
}

// sorted puts the texts into the order of their hashes and keeps at most mostTexts.
func (s *sample) sorted() *sample {
	order := make([]int, len(s.texts))
	s.keys = make([]uint64, len(s.texts))
	for i, t := range s.texts {
		order[i], s.keys[i] = i, hash(t)
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.keys[a], s.keys[b]), cmp.Compare(s.texts[a], s.texts[b]))
	})
	order = order[:min(len(order), mostTexts)]
	out := &sample{}
	for _, i := range order {
		out.texts, out.keys = append(out.texts, s.texts[i]), append(out.keys, s.keys[i])
		out.sign, out.lex = append(out.sign, s.sign[i]), append(out.lex, s.lex[i])
	}
	return out
}

// foldOf is the part that a text belongs to: equal texts are never in two parts, so that
// nothing is asked that was learnt word for word.
func foldOf(text string) int { return foldOfKey(hash(text)) }

func foldOfKey(key uint64) int { return int(mix(key>>7) % folds) }

// model is a trained judge of texts: it judges a text by the part that did not learn from
// it, so that what it says of known texts is as good as what it says of new ones.
type model struct {
	words *vocabulary
	parts [folds][]float64
	extra bool // two features of the lexicon follow those of the texts
}

// learner trains on a sample: costs by class, features of the lexicon or none.
type learner struct {
	cost    float64
	balance bool // both classes count the same
	extra   bool
}

// fit trains a part for each fold, on all texts with a sign but those of the fold.
func (l learner) fit(ctx context.Context, s *sample) (*model, error) {
	words, err := learnWords(ctx, s.texts)
	if err != nil {
		return nil, err
	}
	m := &model{words: words, extra: l.extra}
	x := make([][]gram, len(s.texts))
	var u []uint64
	var list []uint32
	for i, t := range s.texts {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x[i], u, list = words.grams(t, u, list)
		if l.extra {
			x[i] = append(x[i], m.felt(s.lex[i])...)
		}
	}
	errs := make([]error, folds)
	var wg sync.WaitGroup
	free := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	for f := range folds {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			m.parts[f], errs[f] = train(work(ctx, workLearn/folds), l.examples(s, x, f), m.features())
		})
	}
	wg.Wait()
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *model) features() int {
	if m.extra {
		return m.words.size() + 2
	}
	return m.words.size()
}

// felt are the features that say what the lexicon thinks.
func (m *model) felt(score float64) []gram {
	id := uint32(m.words.size())
	if score < 0 {
		return []gram{{id + 1, float32(-score)}}
	}
	return []gram{{id, float32(score)}}
}

// examples are the texts with a sign outside of fold f.
func (l learner) examples(s *sample, x [][]gram, f int) []example {
	var out []example
	n := [2]float64{}
	for i, y := range s.sign {
		if y == 0 || foldOfKey(s.keys[i]) == f {
			continue
		}
		out = append(out, example{x[i], y, l.cost})
		n[max(0, int(y))]++
	}
	if l.balance {
		for i := range out {
			out[i].cost *= float64(len(out)) / (2 * n[max(0, int(out[i].sign))])
		}
	}
	return out
}

// judge returns the margin of a folded text by the model that has not seen it.
func (m *model) judge(text string, lex float64, u []uint64, list []uint32) (float64, []uint64, []uint32) {
	x, u, list := m.words.grams(text, u, list)
	if m.extra {
		x = append(x, m.felt(lex)...)
	}
	return margin(m.parts[foldOf(text)], x), u, list
}
