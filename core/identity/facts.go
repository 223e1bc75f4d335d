package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"qunxiang/core"
)

// none marks a customer of whom nothing is known.
const none = core.NoCode

// many is the number of customers from which a telephone, an e-mail address or another
// identifier is no longer one person's.
const many = 6

// tokens are the normal forms of one evidence.
type tokens struct {
	text  []string // by token
	loose []uint32 // looser form of a token, as the smallest token that has it
	count []uint32 // customers with it, by token …
	wide  []uint32 // … and with its looser form, by that token
	dummy []bool
	slots [][]uint32 // token by customer, one slot per column
}

// facts are the normal forms of everything that is known of the customers.
type facts struct {
	n    int
	keys *core.Dict
	of   map[Evidence]*tokens
}

// order is the order in which evidence is weighed.
// Names come last: how much one says depends on what stands beside it.
var order = [...]Evidence{IDCard, Bank, Phone, Email, Handle, Key, Birth, Address, Sex, Name}

func read(ctx context.Context, in Input) (*facts, error) {
	f := &facts{n: in.Keys.Len(), keys: in.Keys, of: map[Evidence]*tokens{}}
	fields := map[Evidence][]Field{}
	for _, x := range joinedNames(in.Fields, f.n) {
		fields[x.Evidence] = append(fields[x.Evidence], x)
	}
	if in.KeyEvidence != "" {
		x := Field{Evidence: in.KeyEvidence, Codes: make([]uint32, f.n), Dict: make([]string, f.n)}
		for i := range f.n {
			x.Codes[i], x.Dict[i] = uint32(i), in.Keys.At(i)
		}
		fields[in.KeyEvidence] = append(fields[in.KeyEvidence], x)
	}
	var wait sync.WaitGroup
	made := make([]*tokens, len(order))
	for i, e := range order {
		switch {
		case e == Key && (in.KeyEvidence != "" || distinctNumbers(in.Keys)):
		case e == Key:
			wait.Go(func() { made[i] = f.ofKeys(ctx) })
		case fields[e] != nil:
			wait.Go(func() { made[i] = intern(ctx, e, fields[e], f.n) })
		}
	}
	wait.Wait()
	for i, e := range order {
		if made[i] != nil {
			f.of[e] = made[i]
		}
	}
	return f, ctx.Err()
}

// distinctNumbers reports keys of one prefix and numbers written in one way: no two of them
// have the same normal form.
func distinctNumbers(d *core.Dict) bool { return d.Numbers != nil }

// ofKeys are the normal forms of the codes; only those that come twice matter.
func (f *facts) ofKeys(ctx context.Context) *tokens {
	x := Field{Codes: make([]uint32, f.n), Dict: make([]string, f.n)}
	for i := range f.n {
		x.Codes[i], x.Dict[i] = uint32(i), f.keys.At(i)
	}
	return intern(ctx, Key, []Field{x}, f.n)
}

// intern brings the columns of one evidence into normal form.
func intern(ctx context.Context, e Evidence, fields []Field, n int) *tokens {
	t := &tokens{}
	known := map[string]uint32{}
	put := func(s string) uint32 {
		id, ok := known[s]
		if !ok {
			id = uint32(len(t.text))
			known[strings.Clone(s)] = id
			t.text = append(t.text, s)
			t.loose = append(t.loose, id)
			t.dummy = append(t.dummy, Dummy(e, s))
		}
		return id
	}
	for _, x := range fields {
		codes := make([]uint32, len(x.Dict))
		for i, cell := range x.Dict {
			codes[i] = none
			if i%8192 == 0 && ctx.Err() != nil {
				return t
			}
			if exact, loose := Normal(e, cell); exact != "" {
				id, wide := put(exact), put(loose)
				t.loose[id] = t.loose[wide]
				codes[i] = id
			}
		}
		slot := make([]uint32, n)
		for c := range slot {
			slot[c] = none
			if c < len(x.Codes) && x.Codes[c] != none {
				slot[c] = codes[x.Codes[c]]
			}
		}
		t.slots = append(t.slots, slot)
	}
	t.tally(n)
	return t
}

// tally counts the customers of every form, each customer once.
func (t *tokens) tally(n int) {
	t.count, t.wide = make([]uint32, len(t.text)), make([]uint32, len(t.text))
	for c := range n {
		for s, slot := range t.slots {
			id := slot[c]
			if id == none {
				continue
			}
			again, wide := false, false
			for _, before := range t.slots[:s] {
				if o := before[c]; o != none {
					again = again || o == id
					wide = wide || t.loose[o] == t.loose[id]
				}
			}
			if !again {
				t.count[id]++
			}
			if !wide {
				t.wide[t.loose[id]]++
			}
		}
	}
}

// identifier reports evidence that is one person's alone.
func identifier(e Evidence) bool {
	return e == IDCard || e == Bank || e == Phone || e == Email || e == Handle || e == Key
}

// common reports a form that says nothing by itself: nobody's, or too many customers'.
func (t *tokens) common(id uint32) bool { return t.dummy[id] || t.wide[t.loose[id]] >= many }

// shared lists the identifiers that are common, the most frequent first.
func (f *facts) shared() []Shared {
	var out []Shared
	for _, e := range order {
		t := f.of[e]
		if t == nil || !identifier(e) {
			continue
		}
		for id, text := range t.text {
			n := int(t.count[id])
			if n >= 2 && t.common(uint32(id)) {
				out = append(out, Shared{e, text, n, t.dummy[id]})
			}
		}
	}
	slices.SortFunc(out, func(a, b Shared) int {
		return cmp.Or(b.Customers-a.Customers, strings.Compare(string(a.Evidence), string(b.Evidence)), strings.Compare(a.Value, b.Value))
	})
	return out
}

// joinedNames makes one column of a given name and a family name.
func joinedNames(fields []Field, n int) []Field {
	given, family := -1, -1
	for i, x := range fields {
		if x.Evidence != Name {
			continue
		}
		switch h := strings.ToLower(x.Name); {
		case strings.Contains(h, "first") || strings.Contains(h, "given") || h == "\u540d":
			given = i
		case strings.Contains(h, "last") || strings.Contains(h, "family") || strings.Contains(h, "surname") || h == "\u59d3":
			family = i
		}
	}
	if given < 0 || family < 0 {
		return fields
	}
	a, b := fields[family], fields[given]
	blank := ""
	if strings.HasPrefix(a.Name, "\u59d3") {
		blank = ""
	} else {
		blank = " "
	}
	x := Field{Name: a.Name, Evidence: Name, Codes: make([]uint32, n)}
	known := map[[2]uint32]uint32{}
	for c := range n {
		pair := [2]uint32{at(a.Codes, c), at(b.Codes, c)}
		id, ok := known[pair]
		if !ok {
			id = uint32(len(x.Dict))
			known[pair] = id
			x.Dict = append(x.Dict, entry(a.Dict, pair[0])+blank+entry(b.Dict, pair[1]))
		}
		x.Codes[c] = id
	}
	out := slices.Clone(fields)
	out[family] = x
	return slices.Delete(out, given, given+1)
}

func at(codes []uint32, c int) uint32 {
	if c < len(codes) {
		return codes[c]
	}
	return none
}

func entry(dict []string, code uint32) string {
	if code == none {
		return ""
	}
	return dict[code]
}
