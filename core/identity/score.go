package identity

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/core/privacy"
)

// The points. What is one person's alone makes a pair sure by itself; what is often the
// same by chance needs others beside it; what contradicts keeps a pair from being sure.
const (
	pointsIDCard     = 15.0
	pointsBank       = 10.0
	pointsPhone      = 10.0
	pointsEmail      = 10.0
	pointsEmailLoose = 7.0
	pointsHandle     = 8.0
	pointsKey        = 7.0
	pointsShared     = 2.0 // of an identifier that many have
	pointsPhoneNear  = 6.0
	pointsEmailNear  = 4.0
	pointsName       = 5.0 // of a name that nobody else has
	pointsNameNear   = 2.0
	pointsBirth      = 6.0
	pointsDay        = 3.0 // of a birth date that more have than chance would give
	pointsAddress    = 6.0
	pointsStreet     = 3.0 // of a similar address

	againstName  = -4.0
	againstGiven = -3.0 // the family name is the same
	againstBirth = -5.0
	againstSex   = -3.0
	againstPhone = -1.0
)

// score weighs pairs and keeps those that are sure or worth a look.
func (f *facts) score(ctx context.Context, pairs []uint64) (out []Pair, conflicts int, err error) {
	for i, p := range pairs {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		a, b := uint32(p>>32), uint32(p)
		w := weigh{f: f, a: a, b: b}
		if w.all() < Review {
			continue
		}
		if w.apart {
			conflicts++
			continue
		}
		out = append(out, f.pair(&w))
	}
	f.sort(out)
	return out, conflicts, ctx.Err()
}

func (f *facts) pair(w *weigh) Pair {
	p := Pair{A: w.a, B: w.b, Score: math.Round(w.sum*10) / 10, Band: BandReview, Reasons: slices.Clone(w.reasons)}
	if w.sum >= Sure && !w.doubt {
		p.Band = BandSure
	}
	if f.keys.At(int(p.B)) < f.keys.At(int(p.A)) {
		p.A, p.B = p.B, p.A
	}
	slices.SortStableFunc(p.Reasons, func(x, y Reason) int { return cmp.Compare(math.Abs(y.Points), math.Abs(x.Points)) })
	return p
}

// sort puts the highest score first, then goes by the keys.
func (f *facts) sort(pairs []Pair) {
	slices.SortFunc(pairs, func(x, y Pair) int {
		if c := cmp.Compare(y.Score, x.Score); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(f.keys.At(int(x.A)), f.keys.At(int(y.A))), strings.Compare(f.keys.At(int(x.B)), f.keys.At(int(y.B))))
	})
}

// weigh adds up what speaks for and against a pair.
type weigh struct {
	f       *facts
	a, b    uint32
	sum     float64
	doubt   bool // something contradicts: not sure whatever the points
	apart   bool // two people
	beside  bool // at home in one place, or with telephones a slip apart
	born    bool // on one day
	reasons []Reason
}

func (w *weigh) add(id string, points float64, share int) {
	w.sum += points
	w.reasons = append(w.reasons, Reason{ID: id, Points: math.Round(points*10) / 10, Share: share})
}

func (w *weigh) all() float64 {
	for _, e := range order {
		t := w.f.of[e]
		if t == nil {
			continue
		}
		switch e {
		case IDCard:
			w.card(t)
		case Bank:
			w.identifier(t, "bank", pointsBank, pointsBank)
		case Phone:
			w.phone(t)
		case Email:
			w.email(t)
		case Handle:
			w.identifier(t, "handle", pointsHandle, pointsHandle)
		case Key:
			w.identifier(t, "key", pointsKey, pointsKey)
		case Name:
			w.name(t)
		case Birth:
			w.birth(t)
		case Address:
			w.address(t)
		case Sex:
			w.sex(t)
		}
	}
	return w.sum
}

// same is what two customers have in common of one evidence: the rarest form that both
// have, exactly or in the looser form; both tells that something is known of either.
func (w *weigh) same(t *tokens) (id uint32, loose, both bool) {
	id = none
	wide := uint32(none)
	for _, x := range t.slots {
		for _, y := range t.slots {
			i, j := x[w.a], y[w.b]
			if i == none || j == none {
				continue
			}
			both = true
			if i == j && (id == none || t.count[i] < t.count[id]) {
				id = i
			}
			if i != j && t.loose[i] == t.loose[j] {
				wide = t.loose[i]
			}
		}
	}
	if id == none && wide != none {
		return wide, true, true
	}
	return id, false, both
}

// identifier weighs what is one person's alone: less the more customers have it.
func (w *weigh) identifier(t *tokens, name string, points, looser float64) (agree, both bool) {
	id, loose, both := w.same(t)
	if id == none {
		return false, both
	}
	n := int(t.wide[t.loose[id]])
	switch {
	case t.dummy[id]:
		return true, both
	case n >= many:
		w.add(name+"_shared", pointsShared, n)
	case loose:
		w.add(name+"_loose", looser, n)
	default:
		w.add(name, points-math.Log2(float64(max(1, n-1))), n)
	}
	return true, both
}

func (w *weigh) card(t *tokens) {
	if agree, both := w.identifier(t, "id_card", pointsIDCard, pointsIDCard); both && !agree {
		w.apart = true
	}
}

func (w *weigh) phone(t *tokens) {
	agree, both := w.identifier(t, "phone", pointsPhone, pointsPhone)
	switch {
	case agree || !both:
	case w.near(t, slip):
		w.add("phone_near", pointsPhoneNear, 0)
		w.beside = true
	case w.near(t, func(string, string) bool { return true }): // of either at least one that is somebody's own
		w.add("phone_other", againstPhone, 0)
	}
}

func (w *weigh) email(t *tokens) {
	agree, both := w.identifier(t, "email", pointsEmail, pointsEmailLoose)
	if !agree && both && w.near(t, nearMail) {
		w.add("email_near", pointsEmailNear, 0)
	}
}

// near reports whether some form of the one is like some form of the other.
func (w *weigh) near(t *tokens, like func(a, b string) bool) bool {
	for _, x := range t.slots {
		for _, y := range t.slots {
			if i, j := x[w.a], y[w.b]; i != none && j != none && !t.common(i) && !t.common(j) && like(t.text[i], t.text[j]) {
				return true
			}
		}
	}
	return false
}

func (w *weigh) name(t *tokens) {
	id, _, both := w.same(t)
	switch {
	case !both || id != none && t.dummy[id]:
	case id != none:
		w.add("name", w.ofName(int(t.count[id])), int(t.count[id]))
	case w.otherFamily(t):
		w.add("name_other", againstName, 0)
		w.doubt = true
	case w.someDummy(t):
	case w.near(t, nearName):
		w.add("name_near", pointsNameNear, 0)
	case w.near(t, silent):
	case w.near(t, family):
		w.add("name_other", againstGiven, 0)
		w.doubt = true
	default:
		w.add("name_other", againstName, 0)
		w.doubt = true
	}
}

// namesakes is how many customers may have a name before two of them who were born on one
// day may be two people: each further one makes that likelier by one day in some 15,000.
const namesakes = 16

// ofName are the points of a name that n customers have. That so many have it counts
// against it, unless the pair has something beside it that chance gives to few of those.
func (w *weigh) ofName(n int) float64 {
	if w.beside || w.born && n <= namesakes {
		return pointsName
	}
	return max(1, pointsName-math.Log2(float64(max(2, n))/2))
}

// otherFamily reports that of one nothing but the family name is known, and that it is not
// the other's.
func (w *weigh) otherFamily(t *tokens) bool {
	found := false
	for _, x := range t.slots {
		for _, y := range t.slots {
			i, j := x[w.a], y[w.b]
			if i == none || j == none {
				continue
			}
			a, b := t.text[i], t.text[j]
			alone := utf8.RuneCountInString(a) == 1 || utf8.RuneCountInString(b) == 1
			if !alone || !han(a) || !han(b) || family(a, b) || t.nobody(i) || t.nobody(j) {
				return false
			}
			found = true
		}
	}
	return found
}

// nobody reports a name that stands for nobody, not a family name alone.
func (t *tokens) nobody(id uint32) bool {
	return t.dummy[id] && utf8.RuneCountInString(t.text[id]) > 1
}

// family reports Chinese names with one family name.
func family(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return han(a) && x == y
}

// usualDays is the number of customers for each of whom one may be born on a day before
// the day is more than chance: some 15,000 days are usual, a fifth of that is far from it.
const usualDays = 3000

// someDummy reports that one of the two has no real name.
func (w *weigh) someDummy(t *tokens) bool {
	for _, slot := range t.slots {
		for _, c := range [...]uint32{w.a, w.b} {
			if id := slot[c]; id != none && t.dummy[id] {
				return true
			}
		}
	}
	return false
}

func (w *weigh) birth(t *tokens) {
	id, _, both := w.same(t)
	switch {
	case !both || id != none && t.dummy[id] || w.someDummy(t):
	case id != none && int(t.count[id]) > max(5, w.f.n/usualDays):
		w.add("birth", pointsDay, int(t.count[id]))
	case id != none:
		w.add("birth", pointsBirth, 0)
		w.born = true
	case w.near(t, slip):
		w.add("birth_near", 0, 0)
		w.doubt = true
	default:
		w.add("birth_other", againstBirth, 0)
		w.doubt = true
	}
}

func (w *weigh) address(t *tokens) {
	id, _, both := w.same(t)
	switch {
	case !both || id != none && t.common(id):
	case id != none:
		w.add("address", pointsAddress, 0)
		w.beside = true
	case w.near(t, nearText):
		w.add("address_near", pointsStreet, 0)
	}
}

func (w *weigh) sex(t *tokens) {
	if id, _, both := w.same(t); both && id == none {
		w.add("sex_other", againstSex, 0)
		w.doubt = true
	}
}

// slip reports texts of one length that differ in one place, or in two neighbours that
// changed their places: a slip of the finger.
func slip(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	var at []int
	for i := range len(a) {
		if a[i] != b[i] {
			if at = append(at, i); len(at) > 2 {
				return false
			}
		}
	}
	return len(at) == 1 || len(at) == 2 && at[1] == at[0]+1 && a[at[0]] == b[at[1]] && a[at[1]] == b[at[0]]
}

// nearMail reports addresses whose local parts, of five letters at least, are one slip,
// one letter more or less apart, at domains that are equal or a slip apart.
func nearMail(a, b string) bool {
	la, da, _ := strings.Cut(a, "@")
	lb, db, _ := strings.Cut(b, "@")
	switch {
	case la == lb:
		return len(la) >= 5 && len(da) > 5 && oneApart(da, db)
	case da != db || min(len(la), len(lb)) < 6:
		return false
	}
	return oneApart(la, lb) && !numberedApart(la, lb)
}

// numberedApart reports anna1 and anna2: the difference is a number, which tells two
// accounts apart on purpose.
func numberedApart(a, b string) bool {
	return strings.TrimRight(a, "0123456789") == strings.TrimRight(b, "0123456789")
}

// nearName reports Western names that are one letter apart, or share all words but those
// that are initials; Chinese names of three characters and more that differ in one, the
// family name the same.
func nearName(a, b string) bool {
	if han(a) != han(b) {
		return false
	}
	if han(a) {
		x, y := []rune(a), []rune(b)
		if len(x) != len(y) || len(x) < 3 || x[0] != y[0] {
			return false
		}
		n := 0
		for i := range x {
			if x[i] != y[i] {
				n++
			}
		}
		return n == 1
	}
	return len(a) >= 6 && len(b) >= 6 && oneApart(a, b) || initials(a, b)
}

// silent reports names that neither agree nor contradict: one is masked, a family name
// alone, or written in another script.
func silent(a, b string) bool {
	if han(a) != han(b) {
		return true
	}
	short, long := a, b
	if utf8.RuneCountInString(a) > utf8.RuneCountInString(b) {
		short, long = b, a
	}
	if han(a) {
		return strings.HasPrefix(long, short) && (utf8.RuneCountInString(short) == 1 || privacy.Surname(long) == short)
	}
	return !strings.Contains(short, " ") && strings.Contains(" "+long+" ", " "+short+" ")
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// initials reports names of which one has an initial where the other has a word, and which
// share another word: "j smith" and "john smith".
func initials(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) || len(x) < 2 {
		return false
	}
	same, short := 0, 0
	left := slices.Clone(y)
	for _, w := range x {
		if i := slices.Index(left, w); i >= 0 {
			same++
			left = slices.Delete(left, i, i+1)
		} else if i := slices.IndexFunc(left, func(o string) bool { return o[0] == w[0] && (len(o) == 1 || len(w) == 1) }); i >= 0 {
			short++
			left = slices.Delete(left, i, i+1)
		}
	}
	return same >= 1 && short >= 1 && same+short == len(x)
}

// oneApart reports texts that are a slip, or one letter more or less, apart.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == len(b) {
		return a == b || slip(a, b)
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return a[i:] == b[i+1:]
}

// nearText reports texts that share four fifths of their pairs of characters (Dice).
func nearText(a, b string) bool {
	x, y := pairsIn(a), pairsIn(b)
	if len(x) < 5 || len(y) < 5 {
		return false
	}
	both, j := 0, 0
	for i := 0; i < len(x) && j < len(y); {
		switch c := cmp.Compare(x[i], y[j]); {
		case c == 0:
			both++
			i++
			j++
		case c < 0:
			i++
		default:
			j++
		}
	}
	return 2*both*10 >= 8*(len(x)+len(y))
}

func pairsIn(s string) []uint64 {
	r := []rune(s)
	var out []uint64
	for i := 1; i < len(r); i++ {
		out = append(out, uint64(r[i-1])<<32|uint64(r[i]))
	}
	slices.Sort(out)
	return out
}
