package privacy

import "qunxiang/core"

// Evidence says what a finding goes by.
type Evidence string

// The kinds of evidence; i18n "privacy.by."+Evidence says them.
const (
	ByValues Evidence = "values"
	ByHeader Evidence = "header"
	ByBoth   Evidence = "both"
	ByRole   Evidence = "role"
	ByUser   Evidence = "user"
)

// Finding is what a column was found to be.
type Finding struct {
	Kind  Kind
	Class core.FieldClass
	By    Evidence
	// Sure is 0…1: the share of cells that have the form where there is one, lowered where
	// nothing but the header speaks.
	Sure float64
	// Rounded is the share of telephone numbers that a spreadsheet rounded (1.38E+10).
	Rounded float64
}

// Classify finds out what a column holds from its header, some of its cells (missing ones
// left out; a few hundred are enough) and its role in the file, "" for none. It never
// fails: what it does not know is a measure.
//
// The column of the customers is a key, the business's own code, unless its cells have the
// form of a direct identifier or its header says that they are names.
func Classify(name string, cells []string, role core.Role) Finding {
	switch role {
	case "", core.RoleCustomer:
	case core.RoleText:
		return Finding{Note, core.ClassQuasi, ByRole, 1, 0}
	default:
		return Finding{None, core.ClassMeasure, ByRole, 1, 0}
	}
	t, h := count(cells), newHeader(name)
	f := find(h, t, role)
	if f.Kind == Phone && t.kinds[Phone] > 0 {
		f.Rounded = float64(t.rounded) / float64(t.kinds[Phone])
	}
	if role == core.RoleCustomer && f.Class != core.ClassDirect {
		return Finding{None, core.ClassKey, ByRole, 1, 0}
	}
	return f
}

func find(h header, t *tally, role core.Role) Finding {
	if f, ok := byForm(h, t); ok {
		return f
	}
	if f, ok := byName(h, t, role); ok {
		return f
	}
	if role == core.RoleCustomer {
		return Finding{Class: core.ClassMeasure}
	}
	if f, ok := byLength(h, t); ok {
		return f
	}
	if f, ok := byHeader(h, t); ok {
		return f
	}
	if t.male > 0 && t.female > 0 && t.share(t.male+t.female) >= 0.9 {
		return Finding{Sex, core.ClassQuasi, ByValues, t.share(t.male + t.female), 0}
	}
	return Finding{None, core.ClassMeasure, ByValues, 1, 0}
}

// form says which share of the cells must have a form: where the header names the kind,
// and where it says nothing. 2 is never.
type form struct {
	kind        Kind
	named, bare float64
	few         int // cells that it takes where the header says nothing
}

var forms = [...]form{
	{IDCard, 0.2, 0.6, 3},
	{CompanyCode, 0.2, 0.6, 3},
	{Email, 0.2, 0.5, 1},
	{BankCard, 0.5, 0.8, 5},
	{Phone, 0.2, 0.9, 4},
	{Landline, 0.3, 0.95, 8},
	{ForeignPhone, 0.3, 0.9, 3},
	{Passport, 0.3, 2, 0},
	{Device, 0.3, 2, 0},
	{IP, 0.5, 0.9, 4},
	{Plate, 0.3, 0.7, 4},
	{Address, 0.2, 0.5, 3},
	{Handle, 2, 0.8, 4},
	{URL, 0.5, 2, 0},
}

// byForm goes by cells that have the form of something.
func byForm(h header, t *tally) (Finding, bool) {
	if t.n == 0 {
		return Finding{}, false
	}
	for _, f := range forms {
		share := t.formed(f.kind)
		said := h.says(asked(f.kind)) && (share >= 0.8 || !h.says(other)) // "phone brand", "card type"
		switch {
		case share == 0:
		case said && share >= f.named:
			return Finding{f.kind, core.ClassDirect, ByBoth, min(0.99, 0.7+0.3*share), 0}, true
		case !said && share >= f.bare && t.n >= f.few && credible(f.kind, h, t):
			return Finding{f.kind, core.ClassDirect, ByValues, min(0.95, share), 0}, true
		}
	}
	return Finding{}, false
}

// formed is the share of the cells that have the form of a kind; telephones of all kinds
// count as the one that is most frequent.
func (t *tally) formed(k Kind) float64 {
	if asked(k) != Phone {
		return t.of(k)
	}
	if t.kinds[k] < max(t.kinds[Phone], t.kinds[Landline], t.kinds[ForeignPhone]) {
		return 0
	}
	return t.of(Phone) + t.of(Landline) + t.of(ForeignPhone)
}

// asked is the kind whose words a header would have.
func asked(k Kind) Kind {
	if k == Landline || k == ForeignPhone {
		return Phone
	}
	return k
}

// credible asks cells without a header that names them whether they have their form by
// chance: a header that says what the numbers are, and numbers that run, speak against
// telephones and cards. What has a strong check is not asked.
func credible(k Kind, h header, t *tally) bool {
	switch k {
	case Phone:
		return !h.says(other) && t.varied() && !t.running() && t.rounded == 0
	case Landline, BankCard, Passport:
		return !h.says(other) && !t.running()
	case IP, Handle:
		return !h.says(other)
	}
	return true
}

// byName knows names of people. Western ones go by the header; Chinese ones by their
// family names where the header says nothing against it.
func byName(h header, t *tally, role core.Role) (Finding, bool) {
	if h.says(other) {
		return Finding{}, false
	}
	chinese, all := t.of(Name), t.of(Name)+t.of(maybeName)
	different := role != core.RoleCustomer && t.share(len(t.distinct)) > 0.5
	switch {
	case h.says(Name) && t.n == 0:
		return Finding{Name, core.ClassDirect, ByHeader, 0.5, 0}, true
	case h.says(Name) && all >= 0.4 && t.share(t.truths) < 0.5:
		return Finding{Name, core.ClassDirect, ByBoth, min(0.99, 0.6+0.4*all), 0}, true
	case different && h.says(maybeName) && max(chinese, t.share(t.two)) >= 0.7:
		return Finding{Name, core.ClassDirect, ByBoth, max(chinese, t.share(t.two)) * 0.9, 0}, true
	case different && !h.says(Region) && t.surnames():
		return Finding{Name, core.ClassDirect, ByValues, 0.7, 0}, true
	}
	return Finding{}, false
}

// surnames reports cells that are Chinese names even under a header that says nothing.
func (t *tally) surnames() bool { return t.n >= 20 && t.of(Name) >= 0.95 && t.share(t.common) >= 0.8 }

// byHeader goes by the header alone, where the cells do not speak against it.
func byHeader(h header, t *tally) (Finding, bool) {
	if h.long {
		return Finding{}, false // a whole sentence, or a column made of others
	}
	if k := accountOf(h, t); k != None {
		return Finding{k, core.ClassDirect, ByHeader, 0.8, 0}, true
	}
	for _, k := range sensitive {
		if h.says(k) && (k != Minor || !h.says(other) && t.share(t.single) <= 0.9) { // how many children is no child's
			return Finding{k, core.ClassSensitive, ByHeader, 0.8, 0}, true
		}
	}
	for _, k := range quasi {
		if h.says(k) && (!h.says(other) || h.is(k) || roomy(k)) {
			return Finding{k, core.ClassQuasi, ByHeader, 0.8, 0}, true
		}
	}
	return Finding{}, false
}

// accountOf is the kind of account that a header names, where the cells may be such.
func accountOf(h header, t *tally) Kind {
	switch {
	case h.says(other) || t.share(t.truths) >= 0.5:
	case h.says(Handle) && (t.n == 0 || t.handles()):
		return Handle
	case h.says(Account) && len(t.series) > 0:
		return Account
	}
	return None
}

// roomy are the kinds whose headers have words that speak against others: date of birth,
// level of education, category of income.
func roomy(k Kind) bool { return k == Birth || k == Education || k == Income || k == Note }

// handles reports cells that may be names of accounts.
func (t *tally) handles() bool {
	n := 0
	for s := range t.distinct {
		if handleLike(s) {
			n++
		}
	}
	return 2*n > len(t.distinct)
}
