package identity_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/identity"
	"qunxiang/core/privacy"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		e     identity.Evidence
		cells []string // all of one form
	}{
		{identity.Phone, []string{"13812345678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８", "13812345678.0", "1.3812345678E+10"}},
		{identity.Phone, []string{"13812345678", "013812345678", "1795113812345678", "13812345678/010-65551234", "13812345678，15900001234", "86-138-1234-5678"}},
		{identity.Phone, []string{"010-65551234", "+86 10 65551234", "(010)6555 1234"}},
		{identity.Email, []string{"Anna@X.com", "anna@x.COM", " anna@x.com "}},
		{identity.Name, []string{"张 伟", "张伟", "张伟先生", "張偉", "张伟（VIP）", "张伟2", "张伟 教授", "　张伟　", "张伟【老客户】"}},
		{identity.Name, []string{"张先生", "张", "张姐", "张总", "张女士", "张老板"}},
		{identity.Name, []string{"John Smith", "Smith, John", "Mr. John  Smith", "JOHN SMITH"}},
		{identity.Birth, []string{"1990-01-31", "1990/1/31", "1990年1月31日", "19900131", "1990-01-31 00:00:00"}},
		{identity.IDCard, []string{"11010519491231002X", "11010519491231002x", "110105491231002"}},
		{identity.Key, []string{"C00123", "c123", "C123.0", "C-123"}},
		{identity.Key, []string{"000123", "123", "123.0"}},
		{identity.Address, []string{"广东省深圳市南山区科技路1号", "广东省 深圳市 南山区 科技路１号", "广东省深圳市南山区科技路1号。"}},
		{identity.Sex, []string{"男", "Male", "M"}},
		{identity.Handle, []string{"@Alice", "alice"}},
	} {
		want, _ := identity.Normal(c.e, c.cells[0])
		if want == "" {
			t.Errorf("%s: %q has no form", c.e, c.cells[0])
		}
		for _, s := range c.cells {
			if got, _ := identity.Normal(c.e, s); got != want {
				t.Errorf("%s: %q becomes %q, want %q", c.e, s, got, want)
			}
		}
	}
	for _, s := range []string{"a.n.na+shop@gmail.com", "anna@googlemail.com"} {
		if _, loose := identity.Normal(identity.Email, s); loose != "anna@gmail.com" {
			t.Errorf("%q: %s", s, loose)
		}
	}
	if e, loose := identity.Normal(identity.Email, "a.nna@x.com"); e != loose {
		t.Error("dots are passed over at a provider that does not")
	}
	for e, cells := range map[identity.Evidence][]string{
		identity.Phone: {"", "1.38E+10", "12345", "unknown"}, identity.IDCard: {"110105194912310021"}, identity.Birth: {"1990", "", "31"}, identity.Sex: {"?"},
	} {
		for _, s := range cells {
			if got, _ := identity.Normal(e, s); got != "" {
				t.Errorf("%s: %q becomes %q, want nothing", e, s, got)
			}
		}
	}
}

func TestDummies(t *testing.T) {
	t.Parallel()
	for e, cells := range map[identity.Evidence][]string{
		identity.Phone: {"13800138000", "13888888888", "13812345678", "18800000000"},
		identity.Email: {"test@test.com", "anna@example.com", "noreply@x.cn", "aaa@x.cn"},
		identity.Name:  {"散客", "测试", "匿名", "Guest", "张"},
	} {
		for _, s := range cells {
			if n, _ := identity.Normal(e, s); !identity.Dummy(e, n) {
				t.Errorf("%s %q counts", e, s)
			}
		}
	}
	for e, cells := range map[identity.Evidence][]string{identity.Phone: {"13912340001"}, identity.Email: {"anna@x.cn"}, identity.Name: {"张伟", "Ann Lee"}} {
		for _, s := range cells {
			if n, _ := identity.Normal(e, s); identity.Dummy(e, n) {
				t.Errorf("%s %q does not count", e, s)
			}
		}
	}
}

// person is a row of a small table: code, name, phone, e-mail, birth, card, address.
type person struct{ key, name, phone, email, birth, card, address string }

func table(people []person) identity.Input {
	in := identity.Input{Keys: &core.Dict{}}
	fields := map[privacy.Kind]func(person) string{
		privacy.Name: func(p person) string { return p.name }, privacy.Phone: func(p person) string { return p.phone },
		privacy.Email: func(p person) string { return p.email }, privacy.Birth: func(p person) string { return p.birth },
		privacy.IDCard: func(p person) string { return p.card }, privacy.Address: func(p person) string { return p.address },
	}
	for _, p := range people {
		in.Keys.AppendString(p.key)
	}
	for _, k := range privacy.Kinds() {
		get := fields[k]
		if get == nil {
			continue
		}
		f := identity.Field{Name: string(k), Evidence: identity.EvidenceOf(k)}
		code := map[string]uint32{}
		for _, p := range people {
			v := get(p)
			if v == "" {
				f.Codes = append(f.Codes, core.NoCode)
				continue
			}
			id, ok := code[v]
			if !ok {
				id = uint32(len(f.Dict))
				code[v] = id
				f.Dict = append(f.Dict, v)
			}
			f.Codes = append(f.Codes, id)
		}
		in.Fields = append(in.Fields, f)
	}
	return in
}

func find(t *testing.T, in identity.Input) *identity.Result {
	t.Helper()
	r, err := identity.Find(t.Context(), in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPairs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b person
		band identity.Band
	}{
		"same phone and name":             {person{name: "张伟", phone: "13912340001"}, person{name: "张伟先生", phone: "+86 139 1234 0001"}, identity.BandSure},
		"same phone, one name missing":    {person{name: "张伟", phone: "13912340001"}, person{phone: "13912340001"}, identity.BandSure},
		"same phone, other name":          {person{name: "张伟", phone: "13912340001"}, person{name: "王芳", phone: "13912340001"}, identity.BandReview},
		"same phone, masked name":         {person{name: "张伟", phone: "13912340001"}, person{name: "张*", phone: "13912340001"}, identity.BandSure},
		"same phone, other family masked": {person{name: "张伟", phone: "13912340001"}, person{name: "沈*", phone: "13912340001"}, identity.BandReview},
		"two characters of family":        {person{name: "欧阳娜娜", phone: "13912340001"}, person{name: "欧阳*", phone: "+86 13912340001"}, identity.BandSure},
		"slip, no name":                   {person{name: "张伟", phone: "13912340001"}, person{phone: "13912340008"}, identity.BandReview},
		"same name and day, new phone":    {person{name: "张伟", phone: "13912340001", birth: "1990-01-31"}, person{name: "张伟", phone: "18612348888", birth: "1990/1/31"}, identity.BandSure},
		"same e-mail":                     {person{email: "Anna@x.cn"}, person{email: "anna@x.cn"}, identity.BandSure},
		"tagged e-mail":                   {person{email: "anna@x.cn"}, person{email: "anna+shop@x.cn"}, identity.BandReview},
		"same card":                       {person{card: "11010519491231002X"}, person{card: "110105491231002"}, identity.BandSure},
		"same phone, other card":          {person{name: "张伟", phone: "13912340001", card: "11010519491231002X"}, person{name: "张伟", phone: "13912340001", card: "440524188001010014"}, ""},
		"same name only":                  {person{name: "张伟"}, person{name: "张伟"}, ""},
		"same name, phone with a slip":    {person{name: "张伟", phone: "13912340001"}, person{name: "张伟", phone: "13912340007"}, identity.BandSure},
		"other name, phone with a slip":   {person{name: "张伟", phone: "13912340001"}, person{name: "王芳", phone: "13912340007"}, ""},
		"same name and address":           {person{name: "张伟", address: "广东省深圳市南山区科技路1号"}, person{name: "张伟", address: "广东省 深圳市南山区科技路1号"}, identity.BandSure},
		"same phone and name, other day":  {person{name: "张伟", phone: "13912340001", birth: "1990-01-31"}, person{name: "张伟", phone: "13912340001", birth: "1960-05-01"}, identity.BandReview},
		"dummy phone":                     {person{name: "张伟", phone: "13800138000"}, person{name: "王芳", phone: "13800138000"}, ""},
		"noughts of the code":             {person{key: "000123", name: "张伟"}, person{key: "123", name: "张伟"}, identity.BandSure},
		"nothing":                         {person{}, person{}, ""},
	} {
		a, b := c.a, c.b
		if a.key == "" {
			a.key, b.key = "A1", "B2"
		}
		r := find(t, table([]person{a, b, {key: "Z9", name: "李四光", phone: "18911112222", email: "li@y.cn"}}))
		got := identity.Band("")
		if len(r.Pairs) > 0 {
			got = r.Pairs[0].Band
		}
		if got != c.band {
			t.Errorf("%s: %q, want %q; %+v", name, got, c.band, r.Pairs)
		}
	}
}

// The shop's own telephone on fifty walk-ins glues nobody together, and is told.
func TestSharedPhoneGluesNobody(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 50 {
		people = append(people, person{key: "C" + string(rune('A'+i/26)) + string(rune('a'+i%26)), phone: "021-65551234", name: string([]rune("张王李赵刘陈杨黄周吴"[i%10*3:i%10*3+3])) + string(rune('一'+i))})
	}
	r := find(t, table(people))
	if len(r.Groups) > 0 || len(r.Pairs) > 0 {
		t.Errorf("%d groups, %d pairs", len(r.Groups), len(r.Pairs))
	}
	if len(r.Shared) != 1 || r.Shared[0].Customers != 50 || r.Shared[0].Evidence != identity.Phone {
		t.Errorf("shared: %+v", r.Shared)
	}
}

// Cards keep people apart through any chain of likenesses; so does a person's decision.
func TestGroupsKeepApart(t *testing.T) {
	t.Parallel()
	people := []person{
		{key: "A", phone: "13912340001", card: "11010519491231002X"},
		{key: "B", phone: "13912340001", email: "b@x.cn"},
		{key: "C", email: "b@x.cn", card: "440524188001010014"},
	}
	r := find(t, table(people))
	if len(r.Groups) != 1 || len(r.Groups[0].Members) != 1 {
		t.Errorf("groups: %+v", r.Groups)
	}
	in := table(people[:2])
	in.Apart = [][2]uint32{{1, 0}}
	if r := find(t, in); len(r.Groups) != 0 || len(r.Pairs) != 1 || r.Pairs[0].Band != identity.BandReview {
		t.Errorf("told apart: %+v", r)
	}
	in = table([]person{people[0], people[2]})
	in.Together = [][2]uint32{{0, 1}}
	if r := find(t, in); len(r.Refused) != 1 || len(r.Groups) != 0 {
		t.Errorf("two cards put together: %+v", r)
	}
	in = table([]person{{key: "A", name: "张伟"}, {key: "B", name: "王芳"}})
	in.Together = [][2]uint32{{0, 1}}
	if r := find(t, in); len(r.Groups) != 1 {
		t.Errorf("put together: %+v", r)
	}
}

func TestFirstAndLastNameAreOne(t *testing.T) {
	t.Parallel()
	in := identity.Input{Keys: &core.Dict{}}
	for _, k := range []string{"1", "2", "3"} {
		in.Keys.AppendString("K" + k)
	}
	in.Fields = []identity.Field{
		{Name: "first_name", Evidence: identity.Name, Codes: []uint32{0, 0, 1}, Dict: []string{"Ann", "Bob"}},
		{Name: "last_name", Evidence: identity.Name, Codes: []uint32{0, 0, 0}, Dict: []string{"Lee"}},
		{Name: "phone", Evidence: identity.Phone, Codes: []uint32{0, 0, 0}, Dict: []string{"13912340001"}},
	}
	r := find(t, in)
	if len(r.Pairs) != 1 || r.Pairs[0].Band != identity.BandSure {
		t.Errorf("%+v", r.Pairs)
	}
}

// The order of the customers does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	people, _ := crowd(300, 5)
	a := keysOf(find(t, table(people)), people)
	slices.Reverse(people)
	b := keysOf(find(t, table(people)), people)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

type shownPair struct {
	A, B  string
	Score float64
	Band  identity.Band
}

func keysOf(r *identity.Result, people []person) (out struct {
	Pairs  []shownPair
	Groups [][]string
},
) {
	for _, p := range r.Pairs {
		out.Pairs = append(out.Pairs, shownPair{people[p.A].key, people[p.B].key, p.Score, p.Band})
	}
	for _, g := range r.Groups {
		names := []string{people[g.Keep].key}
		for _, m := range g.Members {
			names = append(names, people[m].key)
		}
		out.Groups = append(out.Groups, names)
	}
	return out
}
