package vec

// Ends are the ranges, one for each group, that values are looked for in.
type Ends struct{ Low, High []float64 }

// Within puts the values that are in the range of their group, ends included, and their
// groups into x and group, and the groups of those below it into below. Each has room for
// all values and 8 more. It returns how many they are.
func (e Ends) Within(v []float64, label []int32, x []float64, group, below []int32) (in, under int) {
	const most = 16 // groups whose ends fit into registers
	if n := len(v) &^ 7; n > 0 && len(e.Low) <= most && wide() {
		_, _, _, _ = label[n-1], x[n+7], group[n+7], below[n+7]
		var low, high [most]float64
		copy(low[:], e.Low)
		copy(high[:], e.High)
		var found [2]int
		withinFast(v[:n], label, &low, &high, x, group, below, &found)
		in, under = found[0], found[1]
		v, label = v[n:], label[n:]
	}
	for i, value := range v { // without branches, which nobody could foresee
		c := label[i]
		less, most := 0, 0
		if value < e.Low[c] {
			less = 1
		}
		if value <= e.High[c] {
			most = 1
		}
		x[in], group[in], below[under] = value, c, c
		in += most &^ less
		under += less
	}
	return in, under
}
