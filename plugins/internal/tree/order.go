package tree

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/internal/large"
)

// telling is the number of features with many values that nearly always tell rows apart.
const telling = 3

// sampleHashes is hashes for choosing a sample, of a few features where these tell rows
// apart: no share of the hashes is then held by many more rows than others are.
func sampleHashes(ctx context.Context, features []Feature, t *Target, threads int) []uint64 {
	var few []Feature
	for j := range features {
		if features[j].raw != nil && len(few) < telling {
			few = append(few, features[j])
		}
	}
	if len(few) < telling {
		return hashes(ctx, features, t, threads)
	}
	h := hashes(ctx, few, t, threads)
	var share [1 << 12]int
	for _, x := range h {
		share[x>>52]++
	}
	if slices.Max(share[:]) > 2*len(h)/len(share)+100 {
		return hashes(ctx, features, t, threads)
	}
	return h
}

// hashes gives every row a number that follows from its values.
func hashes(ctx context.Context, features []Feature, t *Target, threads int) []uint64 {
	n := t.Len()
	out := large.Make[uint64](n)
	const part = 1 << 14
	each((n+part-1)/part, threads, func(p int) {
		lo, hi := p*part, min(n, (p+1)*part)
		if ctx.Err() != nil {
			return
		}
		for j := range features {
			f := &features[j]
			h := out[lo:hi]
			switch {
			case f.raw != nil:
				for i, x := range f.raw[lo:hi] {
					if x != x {
						x = math.Inf(1) // every missing value alike
					}
					h[i] = mix(h[i] ^ math.Float64bits(x+0))
				}
			case f.wide != nil:
				for i, c := range f.wide[lo:hi] {
					h[i] = mix(h[i] ^ uint64(c))
				}
			default:
				for i, c := range f.code[lo:hi] {
					h[i] = mix(h[i] ^ uint64(c))
				}
			}
		}
		for i := lo; i < hi; i++ {
			if t.Classes != nil {
				out[i] = mix(out[i] ^ uint64(t.Class[i]))
			} else {
				out[i] = mix(out[i] ^ math.Float64bits(t.Value[i]+0))
			}
		}
	})
	return out
}

// Arrange returns features and target with the rows in an order that follows from their
// values, and the row that stands at each place. With most > 0 only so many rows are
// taken: those of the smallest hashes, which is a fair sample. Rows that are equal in
// every value may stand for each other; nothing tells them apart. It ends with ctx's error.
func Arrange(ctx context.Context, features []Feature, t *Target, most, threads int) ([]Feature, *Target, []int32, error) {
	of := hashes
	if most > 0 && t.Len() > ExactRows {
		of = sampleHashes
	}
	h := of(ctx, features, t, threads)
	order := smallest(h, most)
	sortByHash(ctx, order, h, func(a, b int32) int { return compare(features, t, a, b) })
	if most > 0 && len(order) > most {
		order = order[:most]
	}
	out := make([]Feature, len(features))
	each(len(features), threads, func(j int) {
		if ctx.Err() == nil {
			out[j] = features[j].pick(order)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, nil, nil, err
	}
	return out, t.pick(order), order, nil
}

// sortByHash orders rows by hash, equal hashes by compare: one counting pass over the
// top bits, then small sorts.
func sortByHash(ctx context.Context, order []int32, hash []uint64, compare func(a, b int32) int) {
	const top = 16
	count := make([]int32, 1<<top+1)
	for _, row := range order {
		count[hash[row]>>(64-top)+1]++
	}
	for b := range 1 << top {
		count[b+1] += count[b]
	}
	from, next := slices.Clone(order), slices.Clone(count[:1<<top])
	for _, row := range from {
		b := hash[row] >> (64 - top)
		order[next[b]] = row
		next[b]++
	}
	for b := range 1 << top {
		if b&1023 == 0 && ctx.Err() != nil {
			return
		}
		slices.SortFunc(order[count[b]:count[b+1]], func(a, b int32) int {
			return cmp.Or(cmp.Compare(hash[a], hash[b]), compare(a, b))
		})
	}
}

// smallest lists the rows of hashes below a limit that lets through a few more than
// most; all rows with most = 0.
func smallest(h []uint64, most int) []int32 {
	n := len(h)
	if most <= 0 || most >= n {
		return count(n)
	}
	limit := uint64(math.MaxUint64)
	for share := 1.2 * float64(most) / float64(n); share < 1; share *= 2 {
		limit = uint64(share * math.MaxUint64)
		k := 0
		for _, x := range h {
			if x <= limit {
				k++
			}
		}
		if k >= most {
			break
		}
		limit = math.MaxUint64
	}
	var out []int32
	for i, x := range h {
		if x <= limit {
			out = append(out, int32(i))
		}
	}
	return out
}

// compare orders rows of equal hashes by their values.
func compare(features []Feature, t *Target, a, b int32) int {
	if a == b {
		return 0
	}
	for j := range features {
		f := &features[j]
		c := 0
		switch {
		case f.raw != nil:
			c = cmp.Compare(f.raw[a], f.raw[b])
		case f.wide != nil:
			c = cmp.Compare(f.wide[a], f.wide[b])
		default:
			c = cmp.Compare(f.code[a], f.code[b])
		}
		if c != 0 {
			return c
		}
	}
	if t.Classes != nil {
		return cmp.Compare(t.Class[a], t.Class[b])
	}
	return cmp.Compare(t.Value[a], t.Value[b])
}
