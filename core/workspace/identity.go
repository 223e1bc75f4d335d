package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/identity"
	"qunxiang/core/privacy"
)

// settingIdentity keeps which pairs of customers are two people, and which somebody wants
// to look at later. Those that are one are a cleaning step.
const settingIdentity = "identity"

// issueIdentity marks the cleaning step that holds the merged customers.
const issueIdentity = "same_customer"

// The states of a pair.
const (
	PairOpen     = "open"
	PairAccepted = "accepted" // one customer, by a cleaning step
	PairRejected = "rejected" // two customers
	PairLater    = "later"
)

// Duplicate is two customers who may be one.
type Duplicate struct {
	ID      string            `json:"id"` // of the two codes: the same in every project and after every import
	A       string            `json:"a"`  // code, masked where it is a direct identifier
	B       string            `json:"b"`
	Score   float64           `json:"score"`
	Band    identity.Band     `json:"band"` // "sure" or "review"
	State   string            `json:"state"`
	Reasons []identity.Reason `json:"reasons"`

	a, b uint32
}

// SharedValue is an identifier that too many customers have to tell one from another.
type SharedValue struct {
	Evidence  identity.Evidence `json:"evidence"`
	Value     string            `json:"value"` // masked
	Customers int               `json:"customers"`
	Dummy     bool              `json:"dummy"`
}

// Duplicates is what is known of customers who are there more than once.
type Duplicates struct {
	Customers int
	Compared  int // pairs
	Pairs     []Duplicate
	Shared    []SharedValue
	Conflicts int // pairs kept apart by their identity cards
	Merged    int // customers who have become part of another
	Refused   int // of the pairs that were to be accepted
	Columns   []string
}

// Count returns the number of pairs in a band and a state.
func (d *Duplicates) Count(b identity.Band, state string) int {
	n := 0
	for _, p := range d.Pairs {
		if p.Band == b && p.State == state {
			n++
		}
	}
	return n
}

// PairDecision says what becomes of pairs, by their ids.
type PairDecision struct {
	Sure   bool     // accept every open pair that is sure
	Accept []string // one customer
	Reject []string // two customers
	Later  []string
	Reopen []string // as if nothing had been said
}

// decided is what somebody has said of pairs, by codes of customers.
type decided struct {
	Version int         `json:"version"`
	Apart   [][2]string `json:"apart,omitempty"`
	Later   [][2]string `json:"later,omitempty"`
}

// Duplicates looks for customers who are there under several codes, in the data as they
// were imported.
func (p *Project) Duplicates(ctx context.Context, pr core.Progress) (*Duplicates, error) {
	x, err := p.identify(ctx)
	if err != nil {
		return nil, err
	}
	return x.find(ctx, pr)
}

// DecideDuplicates accepts, rejects or puts off pairs, stores that, and returns the pairs
// as they are then. What is accepted becomes a cleaning step, which can be switched off and
// taken back as any other. The error has code unknown_pair.
func (p *Project) DecideDuplicates(ctx context.Context, d PairDecision, pr core.Progress) (*Duplicates, error) {
	x, err := p.identify(ctx)
	if err != nil {
		return nil, err
	}
	found, err := x.find(ctx, core.NoProgress)
	if err != nil {
		return nil, err
	}
	if err := x.decide(found, d); err != nil {
		return nil, err
	}
	refused, err := x.store(ctx)
	if err != nil {
		return nil, err
	}
	if found, err = x.find(ctx, pr); err == nil {
		found.Refused = refused
	}
	return found, err
}

// identifying is the search for the same customers in a project.
type identifying struct {
	p        *Project
	in       identity.Input
	code     map[string]uint32 // of the keys that somebody has said something about
	steps    clean.List
	step     int   // position of the step in steps, −1 = none
	more     []int // ids of further steps of the kind, which are made one with it
	later    map[[2]uint32]bool
	key      classed
	columns  []string
	together map[[2]uint32]bool
	apart    map[[2]uint32]bool
}

// identify gathers what is known of the customers.
func (p *Project) identify(ctx context.Context) (*identifying, error) {
	keys, err := p.file.Customers(ctx)
	if err != nil {
		return nil, err
	}
	if keys.Len() == 0 {
		return nil, &core.Error{Code: "no_data", Origin: core.OriginUser, Op: "duplicates"}
	}
	c, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	x := &identifying{p: p, key: c.key, step: -1, together: map[[2]uint32]bool{}, apart: map[[2]uint32]bool{}, later: map[[2]uint32]bool{}}
	x.in.Keys = keys
	if c.key.class == core.ClassDirect {
		x.in.KeyEvidence = identity.EvidenceOf(c.key.holds)
	}
	attrs, err := p.file.Attributes(ctx)
	if err != nil {
		return nil, err
	}
	if err := x.fields(ctx, c, attrs); err != nil {
		return nil, err
	}
	who, err := p.storedContacts(ctx)
	if err != nil {
		return nil, err
	}
	if who != nil {
		attrs, _, err := knownContacts(ctx, &core.Attributes{Customers: who.Customers, Columns: who.Columns}, keys)
		if err != nil {
			return nil, err
		}
		if err := x.fields(ctx, c, attrs); err != nil {
			return nil, err
		}
	}
	return x, x.remember()
}

// fields adds the columns of attributes that tell one customer from another.
func (x *identifying) fields(ctx context.Context, c *classes, attrs *core.Attributes) error {
	if attrs != nil {
		codes, err := codesOf(ctx, attrs.Customers, x.in.Keys)
		if err != nil {
			return err
		}
		for i := range attrs.Columns {
			col := &attrs.Columns[i]
			if e := identity.EvidenceOf(c.of[col.Name].holds); e != "" && c.of[col.Name].class != core.ClassMeasure {
				x.in.Fields = append(x.in.Fields, fieldOf(col, e, codes, x.in.Keys.Len()))
				if !slices.Contains(x.columns, col.Name) {
					x.columns = append(x.columns, col.Name)
				}
			}
		}
	}
	return nil
}

// fieldOf spreads an attribute over all customers.
func fieldOf(c *core.AttributeColumn, e identity.Evidence, codes []uint32, n int) identity.Field {
	f := identity.Field{Name: c.Name, Evidence: e, Codes: slices.Repeat([]uint32{core.NoCode}, n), Dict: c.Dict}
	if c.Floats == nil {
		for i, code := range codes {
			f.Codes[code] = c.Codes[i]
		}
		return f
	}
	known := map[float64]uint32{} // telephones of a project that took them for numbers
	for i, code := range codes {
		v := c.Floats[i]
		if c.Valid != nil && !c.Valid[i] || math.IsNaN(v) {
			continue
		}
		id, ok := known[v]
		if !ok {
			id = uint32(len(f.Dict))
			known[v] = id
			f.Dict = append(f.Dict, strconv.FormatFloat(v, 'f', -1, 64))
		}
		f.Codes[code] = id
	}
	return f
}

// remember reads what has been said of pairs.
func (x *identifying) remember() error {
	var said decided
	b, err := x.p.file.Setting(settingIdentity)
	if err != nil {
		return err
	}
	if len(b) > 0 {
		if err := json.Unmarshal(b, &said); err != nil || said.Version > 1 {
			return &core.Error{Code: "identity_damaged", Origin: core.OriginData, Op: "duplicates", Err: err}
		}
	}
	if x.steps, err = x.p.Steps(context.Background()); err != nil {
		return err
	}
	var groups []clean.Group
	for i, s := range x.steps.Steps {
		switch {
		case s.Kind != clean.Merge || s.Issue != issueIdentity:
			continue
		case x.step < 0:
			x.step = i
		default:
			x.more = append(x.more, s.ID)
		}
		if !s.Off {
			groups = append(groups, s.Args.Groups...)
		}
	}
	x.look(said, groups)
	for _, pair := range said.Apart {
		x.mark(x.apart, pair[0], pair[1])
	}
	for _, pair := range said.Later {
		x.mark(x.later, pair[0], pair[1])
	}
	for _, g := range groups {
		for _, from := range g.From {
			x.mark(x.together, g.To, from)
		}
	}
	return nil
}

// look finds the codes of the keys that something was said of.
func (x *identifying) look(said decided, groups []clean.Group) {
	want := map[string]bool{}
	for _, pair := range slices.Concat(said.Apart, said.Later) {
		want[pair[0]], want[pair[1]] = true, true
	}
	for _, g := range groups {
		want[g.To] = true
		for _, k := range g.From {
			want[k] = true
		}
	}
	x.code = make(map[string]uint32, len(want))
	if len(want) == 0 {
		return
	}
	var b []byte
	for i := range x.in.Keys.Len() {
		if b = x.in.Keys.View(b, i); want[string(b)] {
			x.code[string(b)] = uint32(i)
		}
	}
}

// mark notes a pair of customers who are both still there.
func (x *identifying) mark(in map[[2]uint32]bool, a, b string) {
	i, ok := x.code[a]
	j, there := x.code[b]
	if ok && there && i != j {
		in[pairOf(i, j)] = true
	}
}

func pairOf(a, b uint32) [2]uint32 { return [2]uint32{min(a, b), max(a, b)} }

func sortedPairs(m map[[2]uint32]bool) [][2]uint32 {
	out := make([][2]uint32, 0, len(m))
	for p := range m {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b [2]uint32) int { return slices.Compare(a[:], b[:]) })
	return out
}

// find looks for pairs and tells what was said of each.
func (x *identifying) find(ctx context.Context, pr core.Progress) (*Duplicates, error) {
	x.in.Together, x.in.Apart = sortedPairs(x.together), sortedPairs(x.apart)
	r, err := identity.Find(ctx, x.in, pr)
	if err != nil {
		return nil, err
	}
	groups, _, err := identity.Merge(ctx, x.in)
	if err != nil {
		return nil, err
	}
	group := map[uint32]uint32{}
	out := &Duplicates{Customers: r.Customers, Compared: r.Compared, Conflicts: r.Conflicts, Columns: x.columns}
	for _, g := range groups {
		group[g.Keep] = g.Keep
		for _, m := range g.Members {
			group[m] = g.Keep
		}
		out.Merged += len(g.Members)
	}
	for _, s := range r.Shared {
		out.Shared = append(out.Shared, SharedValue{s.Evidence, maskEvidence(s.Evidence, s.Value), s.Customers, s.Dummy})
	}
	listed := map[[2]uint32]bool{}
	for _, q := range r.Pairs {
		d := x.pair(q)
		pair := pairOf(q.A, q.B)
		listed[pair] = true
		one, ok := group[q.A]
		other, both := group[q.B]
		switch {
		case ok && both && one == other:
			d.State = PairAccepted
		case x.apart[pair]:
			d.State = PairRejected
		case x.later[pair]:
			d.State = PairLater
		}
		out.Pairs = append(out.Pairs, d)
	}
	for _, pair := range x.in.Together { // told by somebody, found by nobody
		if !listed[pair] {
			d := x.pair(identity.Pair{A: pair[0], B: pair[1], Band: identity.BandReview, Reasons: []identity.Reason{{ID: "said"}}})
			d.State = PairAccepted
			out.Pairs = append(out.Pairs, d)
		}
	}
	return out, nil
}

func (x *identifying) pair(q identity.Pair) Duplicate {
	a, b := x.in.Keys.At(int(q.A)), x.in.Keys.At(int(q.B))
	return Duplicate{
		ID: pairID(a, b), A: x.key.shown(a), B: x.key.shown(b),
		Score: q.Score, Band: q.Band, State: PairOpen, Reasons: q.Reasons, a: q.A, b: q.B,
	}
}

// pairID is a short name of two customers by their codes, whatever their order.
func pairID(a, b string) string {
	if b < a {
		a, b = b, a
	}
	sum := sha256.Sum256([]byte(strconv.Itoa(len(a)) + ":" + a + "\x00" + b))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// maskEvidence hides a normal form.
func maskEvidence(e identity.Evidence, value string) string {
	switch e {
	case identity.Phone:
		return privacy.Mask(privacy.Phone, value)
	case identity.Email:
		return privacy.Mask(privacy.Email, value)
	case identity.IDCard:
		return privacy.Mask(privacy.IDCard, value)
	case identity.Key:
		return value
	}
	return privacy.MaskAs(core.ClassDirect, privacy.Handle, value)
}

// decide applies decisions to what is remembered.
func (x *identifying) decide(found *Duplicates, d PairDecision) error {
	by := map[string]*Duplicate{}
	for i := range found.Pairs {
		by[found.Pairs[i].ID] = &found.Pairs[i]
		if q := &found.Pairs[i]; d.Sure && q.Band == identity.BandSure && q.State == PairOpen {
			x.together[pairOf(q.a, q.b)] = true
		}
	}
	for _, list := range []struct {
		ids []string
		do  func(pair [2]uint32)
	}{
		{d.Reopen, func(q [2]uint32) { x.leave(q); delete(x.apart, q); delete(x.later, q) }},
		{d.Later, func(q [2]uint32) { x.leave(q); delete(x.apart, q); x.later[q] = true }},
		{d.Reject, func(q [2]uint32) { x.leave(q); delete(x.later, q); x.apart[q] = true }},
		{d.Accept, func(q [2]uint32) { delete(x.apart, q); delete(x.later, q); x.together[q] = true }},
	} {
		for _, id := range list.ids {
			q, ok := by[strings.ToLower(id)]
			if !ok {
				return &core.Error{Code: "unknown_pair", Origin: core.OriginUser, Op: "duplicates", Where: core.Where{Param: "pair"}, Args: core.Args{"id": id}}
			}
			list.do(pairOf(q.a, q.b))
		}
	}
	return nil
}

// leave takes the second of two customers out of the group that they are in.
func (x *identifying) leave(q [2]uint32) {
	if x.together[q] {
		delete(x.together, q)
		return
	}
	for pair := range x.together { // both hang on a third
		if pair[0] == q[1] || pair[1] == q[1] {
			delete(x.together, pair)
		}
	}
}

// store keeps what was decided: groups as a cleaning step, the rest as a setting.
func (x *identifying) store(ctx context.Context) (refused int, err error) {
	x.in.Together, x.in.Apart = sortedPairs(x.together), sortedPairs(x.apart)
	groups, no, err := identity.Merge(ctx, x.in)
	if err != nil {
		return 0, err
	}
	for _, q := range no {
		delete(x.together, q)
	}
	said := decided{Version: 1, Apart: x.names(x.in.Apart), Later: x.names(sortedPairs(x.later))}
	b, err := json.Marshal(said)
	if err != nil {
		return 0, err
	}
	if err := x.p.SetSetting(settingIdentity, b); err != nil {
		return 0, err
	}
	return len(no), x.setStep(groups)
}

func (x *identifying) names(pairs [][2]uint32) [][2]string {
	out := make([][2]string, 0, len(pairs))
	for _, q := range pairs {
		out = append(out, [2]string{x.in.Keys.At(int(q[0])), x.in.Keys.At(int(q[1]))})
	}
	return out
}

// setStep makes the cleaning step of the groups, changes it, or takes it out.
func (x *identifying) setStep(groups []identity.Group) error {
	s := clean.Step{Kind: clean.Merge, Issue: issueIdentity}
	for _, g := range groups {
		to := clean.Group{To: x.in.Keys.At(int(g.Keep))}
		for _, m := range g.Members {
			to.From = append(to.From, x.in.Keys.At(int(m)))
		}
		s.Args.Groups = append(s.Args.Groups, to)
	}
	var err error
	switch {
	case x.step < 0 && len(groups) == 0:
		return nil
	case x.step < 0:
		x.steps, _, err = x.steps.Add(s)
		x.step = len(x.steps.Steps) - 1
	case len(groups) == 0:
		x.steps, err = x.steps.Remove(x.steps.Steps[x.step].ID)
		x.step = -1
	default:
		s.ID = x.steps.Steps[x.step].ID
		x.steps, err = x.steps.Set(s)
	}
	for _, id := range x.more {
		if err == nil {
			x.steps, err = x.steps.Remove(id)
		}
	}
	if err != nil {
		return err
	}
	x.more = nil
	return x.p.SetSteps(x.steps)
}
