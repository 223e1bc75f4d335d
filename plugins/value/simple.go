package value

import "math"

// simple is the fallback for short histories: everybody goes on buying at a pace between
// their own and the average of all, and nobody leaves. The pace has a gamma
// distribution with shape 1 around the average, so that a customer with x repeat
// purchases in T has the expected pace (1+x)/(prior+T), prior = 1/average.
type simple struct{ prior float64 }

// fitSimple takes the average pace of all customers; half a purchase is added, so that
// no data do not mean "never". watched is the sum of all T.
func fitSimple(purchases, watched float64) *simple {
	return &simple{prior: watched / (purchases + 0.5)}
}

// alive tells how usual the customer's silence is: the probability that somebody with x
// purchases until t_x is silent until T without having left,
// ((prior+t_x)/(prior+T))^(1+x). It enters no forecast.
func (f *simple) alive(x, tx, T float64, _ []float64) float64 {
	return math.Exp((1 + x) * -math.Log1p((T-tx)/(f.prior+tx)))
}

func (f *simple) ahead(x float64) func(T, t float64) float64 {
	return func(T, t float64) float64 { return (1 + x) / (f.prior + T) * t }
}

// spread returns the 95 % interval of a customer's own pace, as factors of the expected
// one, by the cube root of Wilson and Hilferty (1931).
func (f *simple) spread(x float64) (low, high float64) {
	k := 1 + x
	at := func(z float64) float64 {
		c := 1 - 1/(9*k) + z/(3*math.Sqrt(k))
		return max(0, c*c*c)
	}
	return at(-normal95), at(normal95)
}

// normal95 is the 97.5 % quantile of the normal distribution.
const normal95 = 1.959963984540054
