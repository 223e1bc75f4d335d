package comment

import (
	"context"
	"math"
	"slices"
	"unicode/utf8"
)

const (
	// slots is how many features n-grams are hashed to before rare ones are dropped.
	slots = 1 << 22
	// longestGram is the longest run of units that is a feature.
	longestGram = 3
	// rare features, those of fewer texts, are dropped.
	rare = 2
	// unitsRead is how much of a text is read: who writes a book has made up their mind before.
	unitsRead = 2000
	stride    = 1 << 9
)

// gram is a feature of a text: its number and its weight (log term frequency times
// inverse document frequency, of length one over the text).
type gram struct {
	id uint32
	v  float32
}

// vocabulary are the features of a set of texts.
type vocabulary struct {
	id  []uint32 // by slot: number + 1, 0 = dropped
	has []uint64 // by slot, a bit: it is not dropped; small enough to stay near at hand
	idf []float32
}

// units returns hashes of the units of a folded text: a Chinese character, a mark, or the
// stem of a word of letters. N-grams of units are n-grams of characters in Chinese and of
// words in English.
func units(text string, into []uint64) []uint64 {
	out := into[:0]
	for i := 0; i < len(text) && len(out) < unitsRead; {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == ' ' || r == '\n':
			i += size
			continue
		case latin(r):
			end := wordEnd(text[i:])
			out = append(out, hash(token{text: text[i : i+end]}.stem()))
			i += end
			continue
		}
		out = append(out, hash(text[i:i+size]))
		i += size
	}
	return out
}

// hash is FNV-1a with a finishing mix; nothing depends on it being secret.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

// counted returns the slots of the n-grams of a folded text, sorted, as often as they occur;
// with keep, only those whose bit it has.
func counted(text string, keep, buf []uint64, into []uint32) ([]uint64, []uint32) {
	u := units(text, buf)
	out := into[:0]
	for i := range u {
		h := uint64(0)
		for n := 0; n < longestGram && i+n < len(u); n++ {
			h = mix(h*31 + u[i+n])
			if s := uint32(h % slots); keep == nil || keep[s>>6]>>(s&63)&1 != 0 {
				out = append(out, s)
			}
		}
	}
	slices.Sort(out)
	return u, out
}

// learnWords makes the vocabulary of folded texts.
func learnWords(ctx context.Context, texts []string) (*vocabulary, error) {
	df := make([]uint16, slots)
	var u []uint64
	var list []uint32
	for i, t := range texts {
		if i%stride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		u, list = counted(t, nil, u, list)
		for _, s := range slices.Compact(list) {
			if df[s] < math.MaxUint16 {
				df[s]++
			}
		}
	}
	v := &vocabulary{id: make([]uint32, slots), has: make([]uint64, slots/64)}
	for s, n := range df {
		if n >= rare {
			v.idf = append(v.idf, float32(math.Log(float64(1+len(texts))/float64(1+n))+1))
			v.id[s] = uint32(len(v.idf))
			v.has[s>>6] |= 1 << (s & 63)
		}
	}
	return v, nil
}

// size is the number of features; number size is left for the constant.
func (v *vocabulary) size() int { return len(v.idf) }

// grams returns the features of a folded text, ordered by number.
func (v *vocabulary) grams(text string, u []uint64, list []uint32) ([]gram, []uint64, []uint32) {
	u, list = counted(text, v.has, u, list)
	out := make([]gram, 0, len(list))
	sum := 0.0
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j] == list[i] {
			j++
		}
		id := v.id[list[i]] - 1
		w := float64(v.idf[id])
		if j > i+1 {
			w *= 1 + math.Log(float64(j-i))
		}
		out = append(out, gram{id, float32(w)})
		sum += w * w
		i = j
	}
	norm := float32(1 / math.Sqrt(max(sum, 1e-12)))
	for i := range out {
		out[i].v *= norm
	}
	return out, u, list // in the order of the slots, which is that of the numbers
}
