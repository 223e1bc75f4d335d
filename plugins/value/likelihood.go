package value

import (
	"math"
	"slices"

	"qunxiang/plugins/internal/cluster"
)

// bgnbdLikelihood is the likelihood over merged histories (FHL 2005, equation 6):
//
//	Γ(r+x)/Γ(r) · B(a,b+x)/B(a,b) · α^r · { (α+T)^−(r+x) + [x>0] a/(b+x−1) (α+t_x)^−(r+x) }
//
// It is computed from sums over j < x of ln((r+j)/α) and ln(1+a/(b+j)) and from
// ln(1+T/α), not from gamma functions, whose differences lose every digit for large r, α
// or b and then show maxima that are none.
//
// What depends on x alone, and on T alone, is added up once for all who share it. What is
// left for every row is ln(1+odds), the odds of having left after the last purchase:
// a/(b+x−1) · ((α+T)/(α+t_x))^(r+x). Where many rows share an x, the powers of all times
// stand in a table, and no row takes an exponential.
type bgnbdLikelihood struct {
	m      *merged
	w      worker
	byX    []float64 // customers by x
	byT    []float64 // customers by position of T
	boughT []float64 // their repeat purchases
	levels []level   // of x > 0
	log    []float64 // ln(1+time/α)
	inv    []float64 // 1/(α+time)
	part   []curve   // a sum for each block

	r, alpha, a, b float64
	second         bool // second derivatives are asked for
}

// level are the rows of one x.
type level struct {
	x        int
	from, to int
	spots    []spot // by position in times; nil where rows are few
	steep    bool   // the powers leave the range of numbers: without the table
}

// spot is what a row needs of a time.
type spot struct {
	power, inverse float64 // (1+time/α)^(r+x), and 1 over it
	log, inv       float64
}

// curve is a log-likelihood with its derivatives in the parameters.
type curve struct {
	v float64
	g [4]float64
	h [4][4]float64 // the upper half
}

func (c *curve) add(o *curve) {
	c.v += o.v
	for i := range c.g {
		c.g[i] += o.g[i]
		for j := i; j < len(c.g); j++ {
			c.h[i][j] += o.h[i][j]
		}
	}
}

func newBGNBDLikelihood(m *merged, w worker) *bgnbdLikelihood {
	l := &bgnbdLikelihood{
		m: m, w: w, byX: m.weightByX(), byT: make([]float64, len(m.times)), boughT: make([]float64, len(m.times)),
		log: make([]float64, len(m.times)), inv: make([]float64, len(m.times)),
		part: make([]curve, m.rows()/cluster.BlockRows+1),
	}
	for i, t := range m.T {
		l.byT[t] += m.weight[i]
		l.boughT[t] += m.weight[i] * float64(m.x[i])
	}
	for from := m.once; from < m.rows(); {
		x := m.x[from]
		n, _ := slices.BinarySearch(m.x[from:], x+1)
		v := level{x: int(x), from: from, to: from + n}
		if n >= len(m.times) {
			v.spots = make([]spot, len(m.times))
		}
		l.levels = append(l.levels, v)
		from += n
	}
	return l
}

func (l *bgnbdLikelihood) eval(theta, gradient []float64) float64 {
	l.second = false
	all, ok := l.sum(theta)
	if !ok {
		return math.NaN()
	}
	scale := l.scale()
	for j := range gradient {
		gradient[j] = -all.g[j] * scale[j] / l.m.total
	}
	return -all.v / l.m.total
}

// hessian is the matrix of second derivatives of what eval returns.
func (l *bgnbdLikelihood) hessian(theta []float64) [][]float64 {
	l.second = true
	all, ok := l.sum(theta)
	scale, out := l.scale(), identity(len(theta))
	for i := range out {
		for j := i; j < len(out); j++ {
			v := all.h[i][j] * scale[i] * scale[j]
			if i == j {
				v += all.g[i] * scale[i]
			}
			if !ok {
				v = math.NaN()
			}
			out[i][j] = -v / l.m.total
			out[j][i] = out[i][j]
		}
	}
	return out
}

// scale are the derivatives of the parameters in their logarithms.
func (l *bgnbdLikelihood) scale() [4]float64 { return [4]float64{l.r, l.alpha, l.a, l.b} }

// sum adds up all rows; false where the run was cancelled. Second derivatives are there
// when l.second is set.
func (l *bgnbdLikelihood) sum(theta []float64) (curve, bool) {
	l.r, l.alpha, l.a, l.b = math.Exp(theta[0]), math.Exp(theta[1]), math.Exp(theta[2]), math.Exp(theta[3])
	longest := 0.0
	for i, t := range l.m.times {
		l.log[i], l.inv[i] = math.Log1p(t/l.alpha), 1/(l.alpha+t)
		longest = max(longest, l.log[i])
	}
	err := l.w.Each(len(l.levels), func(i int) { l.tabulate(&l.levels[i], longest) })
	if err == nil {
		err = l.w.EachBlock(l.m.rows(), func(block, from, to int) { l.part[block] = l.rows(from, to) })
	}
	if err != nil {
		return curve{}, false
	}
	all := l.byCount()
	l.byAge(&all)
	for i := range (l.m.rows() + cluster.BlockRows - 1) / cluster.BlockRows {
		all.add(&l.part[i])
	}
	return all, true
}

// mostOdds bounds the logarithms of the odds that are computed as products of powers: far
// from where numbers end, with room for the product of 1+odds of several rows.
const mostOdds = 200

// tabulate computes the powers of a level.
func (l *bgnbdLikelihood) tabulate(v *level, longest float64) {
	k := l.r + float64(v.x)
	if v.steep = k*longest+math.Abs(l.lead(v.x)) > mostOdds; v.steep {
		return
	}
	for i := range v.spots {
		p := math.Exp(k * l.log[i])
		v.spots[i] = spot{p, 1 / p, l.log[i], l.inv[i]}
	}
}

// lead is ln a/(b+x−1), for x > 0.
func (l *bgnbdLikelihood) lead(x int) float64 { return math.Log(l.a / (l.b + float64(x) - 1)) }

// byCount is the part that depends on x alone.
func (l *bgnbdLikelihood) byCount() (s curve) {
	r, alpha, a, b := l.r, l.alpha, l.a, l.b
	var gammas, betas, dr, da, db, drr, dab, dbb float64
	for x, w := range l.byX {
		fx := float64(x)
		if w != 0 {
			s.v += w * (gammas + betas)
			s.g[0] += w * dr
			s.g[2] -= w * da
			s.g[3] += w * db
			s.h[0][0] -= w * drr
			s.h[2][2] += w * dab
			s.h[3][3] += w * (dab - dbb)
		}
		gammas += math.Log((r + fx) / alpha)
		betas -= math.Log1p(a / (b + fx))
		dr += 1 / (r + fx)
		da += 1 / (a + b + fx)
		db += a / ((b + fx) * (a + b + fx))
		drr += 1 / ((r + fx) * (r + fx))
		dab += 1 / ((a + b + fx) * (a + b + fx))
		dbb += 1 / ((b + fx) * (b + fx))
	}
	s.h[2][3] = s.h[2][2]
	s.g[1] = l.m.total * r / alpha
	s.h[0][1] = l.m.total / alpha
	s.h[1][1] = -l.m.total * r / alpha / alpha
	return s
}

// byAge adds the part that depends on T, −(r+x) ln(1+T/α), but for the power of α, which
// byCount has.
func (l *bgnbdLikelihood) byAge(s *curve) {
	for t, w := range l.byT {
		if w == 0 {
			continue
		}
		k, inv := l.r*w+l.boughT[t], l.inv[t]
		s.v -= k * l.log[t]
		s.g[0] -= w * l.log[t]
		s.g[1] -= k * inv
		s.h[0][1] -= w * inv
		s.h[1][1] += k * inv * inv
	}
}

// rows is the part of the rows of a block: what they may have bought before they left.
func (l *bgnbdLikelihood) rows(from, to int) (s curve) {
	from = max(from, l.m.once)
	at, _ := slices.BinarySearchFunc(l.levels, from, func(v level, row int) int { return v.to - row - 1 })
	for ; from < to; at++ {
		v := &l.levels[at]
		end := min(to, v.to)
		var m moments
		switch {
		case v.spots == nil || v.steep:
			m = l.apart(v, from, end)
		case l.second:
			m = l.curved(v, from, end)
		default:
			m = l.plain(v, from, end)
		}
		l.fold(&s, v, &m)
		from = end
	}
	return s
}

// moments are sums over rows of one x: of the chance p of having left, and of p(1−p),
// times D and E, the differences of logarithms and of inverses between T and t_x.
type moments struct {
	v, p, pD, pE, pEE        float64
	q, qD, qE, qDD, qDE, qEE float64
}

// fold adds what the rows of a level give to the sums of the block. The odds are those
// of ln a − ln(b+x−1) + (r+x)·D.
func (l *bgnbdLikelihood) fold(s *curve, v *level, m *moments) {
	k, a, b := l.r+float64(v.x), l.a, 1/(l.b+float64(v.x)-1)
	s.v += m.v
	s.g[0] += m.pD
	s.g[1] += k * m.pE
	s.g[2] += m.p / a
	s.g[3] -= m.p * b
	if !l.second {
		return
	}
	s.h[0][0] += m.qDD
	s.h[0][1] += k*m.qDE + m.pE
	s.h[0][2] += m.qD / a
	s.h[0][3] -= m.qD * b
	s.h[1][1] += k*k*m.qEE - k*m.pEE
	s.h[1][2] += k * m.qE / a
	s.h[1][3] -= k * m.qE * b
	s.h[2][2] += (m.q - m.p) / a / a
	s.h[2][3] -= m.q * b / a
	s.h[3][3] += (m.q + m.p) * b * b
}

// enough is a product of 1+odds from which its logarithm is taken.
const enough = 1e200

// plain are the moments without those that second derivatives need, from the table.
func (l *bgnbdLikelihood) plain(v *level, from, to int) (m moments) {
	spots, lead, product := v.spots, math.Exp(l.lead(v.x)), 1.0
	T, tx, weight := l.m.T[from:to], l.m.tx[from:to], l.m.weight[from:to]
	for i, at := range T {
		w, now, then := weight[i], &spots[at], &spots[tx[i]]
		odds := lead * now.power * then.inverse
		p := w * odds / (1 + odds)
		if w == 1 {
			if product *= 1 + odds; product > enough {
				m.v += math.Log(product)
				product = 1
			}
		} else {
			m.v += w * math.Log1p(odds)
		}
		m.p += p
		m.pD += p * (now.log - then.log)
		m.pE += p * (now.inv - then.inv)
	}
	m.v += math.Log(product)
	return m
}

// curved are all moments but v, from the table.
func (l *bgnbdLikelihood) curved(v *level, from, to int) (m moments) {
	spots, lead := v.spots, math.Exp(l.lead(v.x))
	T, tx, weight := l.m.T[from:to], l.m.tx[from:to], l.m.weight[from:to]
	for i, at := range T {
		now, then := &spots[at], &spots[tx[i]]
		odds := lead * now.power * then.inverse
		stay := 1 / (1 + odds)
		m.row(weight[i]*odds*stay, stay, now.log-then.log, now.inv-then.inv, now.inv+then.inv)
	}
	return m
}

func (m *moments) row(p, stay, d, e, both float64) {
	m.p += p
	m.pD += p * d
	m.pE += p * e
	m.pEE += p * e * both
	q := p * stay
	m.q += q
	m.qD += q * d
	m.qE += q * e
	m.qDD += q * d * d
	m.qDE += q * d * e
	m.qEE += q * e * e
}

// apart are all moments, with an exponential for every row.
func (l *bgnbdLikelihood) apart(v *level, from, to int) (m moments) {
	lead, k := l.lead(v.x), l.r+float64(v.x)
	for i := from; i < to; i++ {
		at, ax := l.m.T[i], l.m.tx[i]
		diff := l.log[at] - l.log[ax]
		d := lead + k*diff
		e := math.Exp(-math.Abs(d))
		gone, stay := 1/(1+e), e/(1+e)
		if d < 0 {
			gone, stay = stay, gone
		}
		m.v += l.m.weight[i] * (max(d, 0) + math.Log1p(e))
		m.row(l.m.weight[i]*gone, stay, diff, l.inv[at]-l.inv[ax], l.inv[at]+l.inv[ax])
	}
	return m
}
