package vec

// Clamp puts values below low to low and those above high to high.
func Clamp(v []float64, low, high float64) {
	if n := len(v) &^ 7; n > 0 && Fast() {
		clampFast(v[:n], low, high)
		v = v[n:]
	}
	for i, x := range v {
		if x < low {
			x = low
		}
		if x > high {
			x = high
		}
		v[i] = x
	}
}

// Standard puts values to their distances from the centre in units of the scale.
func Standard(v []float64, centre, scale float64) {
	if n := len(v) &^ 7; n > 0 && Fast() {
		standardFast(v[:n], centre, scale)
		v = v[n:]
	}
	for i, x := range v {
		v[i] = (x - centre) / scale
	}
}

// SquareSum is GridSum of the squares of the values about their mean.
func SquareSum(v []float64, mean, coarse, fine float64) (hi, lo float64) {
	if n := len(v) &^ 7; n > 0 && Fast() {
		var sums [8]float64
		squareSumFast(v[:n], mean, coarse, fine, &sums)
		hi, lo = quarters(&sums)
		v = v[n:]
	}
	for _, x := range v {
		x -= mean
		x = float64(x * x)
		h := (x + coarse) - coarse
		hi += h
		lo += (x - h + fine) - fine
	}
	return hi, lo
}

// CubeSum is GridSum of the cubes of what [Standard] makes of the values, which stay as they
// are.
func CubeSum(v []float64, mean, sd, coarse, fine float64) (hi, lo float64) {
	if n := len(v) &^ 7; n > 0 && Fast() {
		var sums [8]float64
		cubeSumFast(v[:n], mean, sd, coarse, fine, &sums)
		hi, lo = quarters(&sums)
		v = v[n:]
	}
	for _, x := range v {
		t := (x - mean) / sd
		x = float64(float64(t*t) * t)
		h := (x + coarse) - coarse
		hi += h
		lo += (x - h + fine) - fine
	}
	return hi, lo
}

func quarters(sums *[8]float64) (hi, lo float64) {
	for i := range 4 {
		hi += sums[i]
		lo += sums[4+i]
	}
	return hi, lo
}
