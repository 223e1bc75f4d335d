package identity_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/core/identity"
)

// crowd makes customers of whom about a tenth are there twice or three times, as tills and
// shops write them: telephones in other forms, mistyped, changed or missing, names with
// titles or without, days in other orders, e-mail addresses in capitals or with a tag.
// Families share a telephone, walk-ins the shop's, and some leave what stands for nothing.
// It returns the true person of every customer.
func crowd(n int, seed uint64) ([]person, []int) {
	r := rand.New(rand.NewPCG(seed, 7))
	surnames := []rune("王王王李李李张张张刘刘陈陈杨杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玉建国志海云峰龙波斌鹏宇浩然子轩梓涵欣怡佳慧雪梅春生")
	cities := []string{"广东省深圳市南山区", "浙江省杭州市西湖区", "四川省成都市锦江区", "江苏省南京市鼓楼区", "湖北省武汉市武昌区"}
	roads := []string{"科技路", "文一路", "春熙路", "中山路", "解放路", "人民路", "建设路", "和平街"}
	heads := []string{"130", "135", "138", "139", "150", "158", "159", "176", "180", "186", "188", "189", "199"}
	phone := func() string { return heads[r.IntN(len(heads))] + fmt.Sprintf("%08d", r.IntN(1e8)) }
	var people []person
	var truth []int
	lastPhone, lastAddress := "", ""
	for id := range n {
		p := person{name: string(surnames[r.IntN(len(surnames))]) + string(given[r.IntN(len(given))])}
		if r.IntN(3) > 0 {
			p.name += string(given[r.IntN(len(given))])
		}
		p.phone, p.address = phone(), fmt.Sprintf("%s%s%d号%d室", cities[r.IntN(5)], roads[r.IntN(8)], 1+r.IntN(300), 101+r.IntN(1800))
		switch {
		case id > 0 && r.IntN(100) < 3: // the family's telephone and home
			p.phone, p.address = lastPhone, lastAddress
		case r.IntN(100) < 1:
			p.phone = "13800138000"
		case r.IntN(100) < 2:
			p.phone = "021-65551234" // the shop's
		}
		lastPhone, lastAddress = p.phone, p.address
		p.birth = fmt.Sprintf("%d-%02d-%02d", 1950+r.IntN(55), 1+r.IntN(12), 1+r.IntN(28))
		p.email = fmt.Sprintf("u%d%c@%s", r.IntN(1e7), 'a'+rune(r.IntN(26)), []string{"qq.com", "163.com", "gmail.com"}[r.IntN(3)])
		copies := 1
		if r.IntN(10) == 0 {
			copies = 2 + r.IntN(5)/4
		}
		for c := range copies {
			people, truth = append(people, worn(p, c, r, phone)), append(truth, id)
		}
	}
	r.Shuffle(len(people), func(i, j int) {
		people[i], people[j] = people[j], people[i]
		truth[i], truth[j] = truth[j], truth[i]
	})
	for i := range people {
		people[i].key = fmt.Sprintf("C%06d", r.IntN(900000)+i*1000000)
	}
	return people, truth
}

// worn is a person as one till writes them: the first as they are, later ones otherwise.
func worn(p person, again int, r *rand.Rand, phone func() string) person {
	if r.IntN(2) == 0 {
		p.email = ""
	}
	if r.IntN(3) == 0 {
		p.birth = ""
	}
	if r.IntN(2) == 0 {
		p.address = ""
	}
	if again == 0 {
		return p
	}
	switch r.IntN(10) {
	case 0:
		p.phone = phone() // a new one
	case 1: // a slip of the finger
		b := []byte(p.phone)
		b[len(b)-1-r.IntN(6)] = '0' + byte(r.IntN(10))
		p.phone = string(b)
	case 2, 3:
		p.phone = "+86 " + p.phone
	case 4:
		p.phone = ""
	}
	switch r.IntN(10) {
	case 0:
		p.name += "先生"
	case 1:
		p.name = ""
	case 2:
		n := []rune(p.name)
		p.name = string(n[0]) + "*"
	case 3:
		n := []rune(p.name)
		n[len(n)-1] = []rune("媛琪锋楠薇")[r.IntN(5)]
		p.name = string(n)
	}
	if r.IntN(3) == 0 {
		p.email = strings.ToUpper(p.email)
	}
	if r.IntN(3) == 0 {
		p.birth = strings.ReplaceAll(p.birth, "-", "/")
	}
	return p
}

// measured is what [identity.Find] achieves on a crowd: of the pairs that it calls sure,
// how many are true; of the true pairs, how many are sure, and sure or to be reviewed.
type measured struct{ precision, sure, found, review float64 }

func measure(t *testing.T, n int, seed uint64) measured {
	t.Helper()
	people, truth := crowd(n, seed)
	r := find(t, table(people))
	by := map[int]int{}
	for _, id := range truth {
		by[id]++
	}
	all := 0
	for _, k := range by {
		all += k * (k - 1) / 2
	}
	right, wrong := 0, 0
	in := map[[2]uint32]bool{}
	for _, g := range r.Groups {
		m := append([]uint32{g.Keep}, g.Members...)
		for i := range m {
			for _, o := range m[i+1:] {
				in[[2]uint32{min(m[i], o), max(m[i], o)}] = true
				if truth[m[i]] == truth[o] {
					right++
				} else {
					wrong++
				}
			}
		}
	}
	found, review, reviewRight := right, 0, 0
	for _, p := range r.Pairs {
		if p.Band == identity.BandReview && !in[[2]uint32{min(p.A, p.B), max(p.A, p.B)}] {
			review++
			if truth[p.A] == truth[p.B] {
				found++
				reviewRight++
			}
		}
	}
	return measured{float64(right) / float64(max(1, right+wrong)), float64(right) / float64(all), float64(found) / float64(all), float64(reviewRight) / float64(max(1, review))}
}

// The figures of docs/identity.md.
func TestQuality(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1_000, 20_000} {
		var m measured
		const runs = 5
		for seed := range uint64(runs) {
			x := measure(t, n, seed)
			m = measured{m.precision + x.precision/runs, m.sure + x.sure/runs, m.found + x.found/runs, m.review + x.review/runs}
		}
		t.Logf("%d people: precision of sure pairs %.4f, recall %.3f, with review %.3f; review pairs that are true %.2f", n, m.precision, m.sure, m.found, m.review)
		if m.precision < 0.997 || m.sure < 0.84 || m.found < 0.895 {
			t.Errorf("%d people: %+v", n, m)
		}
	}
}

// The number of pairs stays near that of customers. QX_CUSTOMERS=900000 makes the crowd a
// large one.
func TestLargeCrowd(t *testing.T) {
	t.Parallel()
	n := 30_000
	if s := os.Getenv("QX_CUSTOMERS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	people, _ := crowd(n, 1)
	in := table(people)
	start := time.Now()
	r := find(t, in)
	t.Logf("%d customers: %v, %d pairs compared, %d kept", r.Customers, time.Since(start).Round(time.Millisecond), r.Compared, len(r.Pairs))
	if r.Compared > 20*r.Customers {
		t.Errorf("%d pairs for %d customers", r.Compared, r.Customers)
	}
}

func BenchmarkFind(b *testing.B) {
	people, _ := crowd(100_000, 1)
	in := table(people)
	for b.Loop() {
		if _, err := identity.Find(b.Context(), in, core.NoProgress); err != nil {
			b.Fatal(err)
		}
	}
}
