package intern

// Running is a block of a column of running numbers for whoever reads them straight from
// the text: what [Local.Fill] does where the cells' ends are known. It is for those who
// can start again with Fill.
type Running struct {
	Prefix []byte   // what every cell begins with
	Nums   []uint32 // by row, to be filled in
	shape  shape
}

// Begin starts a block of the column of l, whose first cell is given; rows is how many
// cells will come. It is false where the column is not of running numbers.
func (r *Running) Begin(l *Local, p *Part, first []byte, rows int) bool {
	prefix, ok := split(first)
	if !ok || l.text {
		return false
	}
	r.Prefix, r.shape = append(r.Prefix[:0], prefix...), shape{}
	if cap(p.nums) < rows {
		p.nums = make([]uint32, rows, rows+rows/8)
	}
	r.Nums = p.nums[:rows]
	return true
}

// Digits notes how many digits the numbers from here on have, and whether the first is
// a zero before others. It is false where they do not go with those before.
func (r *Running) Digits(n int, padded bool) bool { return r.shape.add(n, padded) }

// End hands the block's cells over as Fill would.
func (r *Running) End(p *Part) {
	*p = Part{
		prefix: append(p.prefix[:0], r.Prefix...), nums: r.Nums, codes: p.codes[:0], heap: p.heap[:0], ends: p.ends[:0], hashes: p.hashes[:0],
		numeric: true, shape: r.shape, any: true,
	}
}
