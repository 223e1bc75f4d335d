package core

// Summary is what the rows of Transactions add up to, customer by customer: the
// features of all history up to any day on or after the last need no more. It is
// derived from the rows and stored beside them, so that a run need not read them.
type Summary struct {
	Rows     int  // that it was made from
	Scale    int  // of Money, as in Transactions
	From, To Date // first and last day of the rows, refunds among them
	Of       []Tally
	Notes    []byte // what else was learnt from the rows, in the form of whoever learnt it; nil = nothing
}

// Tally is one customer's part of a Summary.
type Tally struct {
	Money       int64  // net paid in units of 10^-Scale; refunds lower it
	First, Last Date   // of the valid orders; NoDate = there are none
	Orders      uint32 // distinct valid orders
	Days        uint32 // distinct days with one
}

// Summarised reports whether s was made from transactions like t: as many rows and customers.
func (t *Transactions) Summarised(s *Summary) bool {
	return s != nil && t.Rows() > 0 && s.Rows == t.Rows() && len(s.Of) == t.Customers.Len() && s.Scale == t.Scale
}
