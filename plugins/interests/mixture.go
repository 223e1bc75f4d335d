package interests

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// mixture is a mixture of multinomial distributions over themes.
type mixture struct {
	share []float64   // of each component
	theme [][]float64 // of each component, the chance of each theme
	ll    float64     // log-likelihood of the profiles, multinomial coefficients left out
	bic   float64
}

const (
	starts    = 10   // of the search, from different customers
	brief     = 25   // steps of each; the best goes on
	steps     = 500  // at most
	tolerance = 1e-9 // of the log-likelihood, relative
	prior     = 1.0  // meetings that every component has seen beforehand, spread as all customers'
)

// fitter fits mixtures to profiles.
type fitter struct {
	ctx     context.Context
	list    []profile
	base    []float64
	n       float64 // customers
	seed    uint64
	threads int
}

// fit returns the best mixture of k components found.
func (f *fitter) fit(k int) (*mixture, error) {
	if k == 1 {
		m := &mixture{share: []float64{1}, theme: [][]float64{slices.Clone(f.base)}}
		_, err := f.expect(m, nil)
		return f.judged(m), err
	}
	tries := make([]*mixture, starts)
	errs := make([]error, starts)
	var wg sync.WaitGroup
	slots := make(chan struct{}, f.threads)
	for s := range tries {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			tries[s] = f.start(k, rand.New(rand.NewPCG(f.seed, uint64(k)<<32|uint64(s))))
			errs[s] = f.improve(tries[s], brief)
		})
	}
	wg.Wait()
	best := tries[0]
	for s, m := range tries {
		if errs[s] != nil {
			return nil, errs[s]
		}
		if m.ll > best.ll {
			best = m
		}
	}
	if err := f.improve(best, steps); err != nil {
		return nil, err
	}
	return f.judged(best), nil
}

// judged adds the BIC: k−1 shares and k·(themes−1) chances are free.
func (f *fitter) judged(m *mixture) *mixture {
	k, t := float64(len(m.share)), float64(len(f.base))
	m.bic = -2*m.ll + (k-1+k*(t-1))*math.Log(f.n)
	return m
}

// start makes components of customers who are far apart in Hellinger's distance, the
// next each time with a chance in proportion to it (as k-means++ does).
func (f *fitter) start(k int, rnd *rand.Rand) *mixture {
	m := &mixture{}
	far := make([]float64, len(f.list))
	for i := range far {
		far[i] = 1
	}
	for range k {
		total := 0.0
		for i, p := range f.list {
			total += p.weight * far[i]
		}
		at, x := 0, rnd.Float64()*total
		for i, p := range f.list {
			if x -= p.weight * far[i]; x < 0 || i == len(f.list)-1 {
				at = i
				break
			}
		}
		chosen := make([]float64, len(f.base))
		for t, b := range f.base {
			chosen[t] = b / 2
		}
		for _, c := range f.list[at].cells {
			chosen[c.theme] += c.weight / f.list[at].total / 2
		}
		m.share, m.theme = append(m.share, 1/float64(k)), append(m.theme, chosen)
		for i, p := range f.list {
			alike := 0.0
			for _, c := range p.cells {
				alike += math.Sqrt(c.weight / p.total * chosen[c.theme])
			}
			far[i] = min(far[i], max(0, 1-alike))
		}
	}
	return m
}

// improve takes at most so many steps of expectation–maximisation.
func (f *fitter) improve(m *mixture, most int) error {
	post := make([]float64, len(m.share))
	last := math.Inf(-1)
	for range most {
		next := &mixture{share: make([]float64, len(m.share)), theme: make([][]float64, len(m.share))}
		for c := range next.theme {
			next.theme[c] = make([]float64, len(f.base))
			for t, b := range f.base {
				next.theme[c][t] = prior * b
			}
		}
		penalised, err := f.expect(m, func(p *profile, logs []float64) {
			copy(post, logs)
			for c, w := range post {
				w *= p.weight
				next.share[c] += w
				for _, x := range p.cells {
					next.theme[c][x.theme] += w * x.weight
				}
			}
		})
		if err != nil {
			return err
		}
		if penalised-last <= tolerance*math.Abs(penalised) {
			return nil
		}
		last = penalised
		for c := range next.theme {
			sum := 0.0
			for _, x := range next.theme[c] {
				sum += x
			}
			for t := range next.theme[c] {
				next.theme[c][t] /= sum
			}
			next.share[c] = (next.share[c] + 1) / (f.n + float64(len(next.share)))
		}
		m.share, m.theme = next.share, next.theme
	}
	_, err := f.expect(m, nil)
	return err
}

// expect computes the log-likelihood into m.ll, hands the chances of the components of
// every profile to take, and returns what a step never lowers: the log-likelihood with
// the prior.
func (f *fitter) expect(m *mixture, take func(p *profile, chances []float64)) (float64, error) {
	logs := m.logs()
	post := make([]float64, len(m.share))
	m.ll = 0
	for i := range f.list {
		if i%(stride>>4) == 0 && f.ctx.Err() != nil {
			return 0, f.ctx.Err()
		}
		p := &f.list[i]
		m.ll += p.weight * logs.chances(p, post)
		if take != nil {
			take(p, post)
		}
	}
	penalised := m.ll
	for c := range m.theme {
		penalised += math.Log(m.share[c])
		for t, b := range f.base {
			penalised += prior * b * logs.theme[c][t]
		}
	}
	return penalised, nil
}

// logarithms are a mixture's parameters, ready to add.
type logarithms struct {
	share []float64
	theme [][]float64
}

func (m *mixture) logs() *logarithms {
	l := &logarithms{share: make([]float64, len(m.share)), theme: make([][]float64, len(m.share))}
	for c := range m.share {
		l.share[c] = math.Log(m.share[c])
		l.theme[c] = make([]float64, len(m.theme[c]))
		for t, x := range m.theme[c] {
			l.theme[c][t] = math.Log(x)
		}
	}
	return l
}

// chances fills post with the chance of every component given the profile and returns
// the profile's log-likelihood.
func (l *logarithms) chances(p *profile, post []float64) float64 {
	top := math.Inf(-1)
	for c := range post {
		x := l.share[c]
		for _, cell := range p.cells {
			x += cell.weight * l.theme[c][cell.theme]
		}
		post[c] = x
		top = max(top, x)
	}
	sum := 0.0
	for c, x := range post {
		post[c] = math.Exp(x - top)
		sum += post[c]
	}
	for c := range post {
		post[c] /= sum
	}
	return top + math.Log(sum)
}
