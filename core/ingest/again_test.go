package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// TestJoinAgainAddsNothing: whatever files of whatever order tell of the same orders, in
// other amounts or not, each of them again adds nothing; what counts is never more than
// the multiset that Merge makes, and that exactly where no order differs.
func TestJoinAgainAddsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sale {
			return sale{
				rapid.SampledFrom([]string{"a", "b"}).Draw(t, "who"), rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "order"),
				rapid.SampledFrom([]string{"x", "y"}).Draw(t, "product"), core.Date(rapid.IntRange(0, 1).Draw(t, "day")), rapid.Int64Range(1, 3).Draw(t, "cents"),
			}
		}), 1, 12)
		var all, merged *core.Transactions
		var files []*core.Transactions
		var sizes []int
		same := true
		for range rapid.IntRange(1, 4).Draw(t, "files") {
			f := dataset(gen.Draw(t, "rows"), rapid.IntRange(2, 4).Draw(t, "scale"))
			files = append(files, f)
			j, err := ingest.Join(t.Context(), all, f, nil, sizes, ingest.JoinOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if j.Added+j.Duplicates != f.Rows() {
				t.Fatalf("%d added, %d duplicates of %d rows", j.Added, j.Duplicates, f.Rows())
			}
			if all != nil {
				sizes = append(sizes, j.Transactions.Rows()-all.Rows())
				merged, _, _, _ = ingest.Merge(t.Context(), merged, f)
			} else {
				sizes, merged = []int{f.Rows()}, f
			}
			same = same && j.Replaced == 0
			all = j.Transactions
		}
		live := counted(ingest.Live(all))
		for i, f := range files {
			j, err := ingest.Join(t.Context(), all, f, nil, sizes, ingest.JoinOptions{})
			if err != nil || j.Added != 0 || j.Transactions.Rows() != all.Rows() {
				t.Fatalf("file %d again: %d rows added, %v", i, j.Added, err)
			}
			if d := cmp.Diff(live, counted(ingest.Live(j.Transactions))); d != "" {
				t.Fatalf("file %d again changes what counts (-before +after):\n%s", i, d)
			}
		}
		most := counted(merged)
		if same {
			if d := cmp.Diff(most, live); d != "" {
				t.Fatalf("no line gave way, but this is not the multiset (-want +got):\n%s", d)
			}
		}
		for row, n := range live {
			if n > most[row] {
				t.Fatalf("%s is there %d times, no file has it more than %d times", row, n, most[row])
			}
		}
	})
}

// surveyed makes records of one column of numbers.
func surveyed(keys []string, scores []float64) *core.Records {
	r := &core.Records{Kind: core.SourceSurvey, Name: "s", Customers: &core.Dict{}}
	code := map[string]uint32{}
	for _, k := range keys {
		if _, ok := code[k]; !ok {
			code[k] = uint32(r.Customers.Len())
			r.Customers.AppendString(k)
		}
		r.Customer = append(r.Customer, code[k])
	}
	r.Columns = []core.AttributeColumn{{Name: "Q1", Floats: scores}}
	return r
}

// TestMergeRecordsIsTheLargerMultiset: of two files of a survey each answer is there as
// often as in the one that has it more often.
func TestMergeRecordsIsTheLargerMultiset(t *testing.T) {
	t.Parallel()
	type answer struct {
		who   string
		score float64
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) *core.Records {
			n := rapid.IntRange(1, 10).Draw(t, label)
			return surveyed(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), n, n).Draw(t, "who"),
				rapid.SliceOfN(rapid.Float64Range(1, 2).Filter(func(v float64) bool { return v == 1 || v > 1.5 }), n, n).Draw(t, "score"))
		}
		count := func(r *core.Records) map[answer]int {
			out := map[answer]int{}
			for i, c := range r.Customer {
				out[answer{r.Customers.At(int(c)), r.Columns[0].Floats[i]}]++
			}
			return out
		}
		old, add := draw("old"), draw("add")
		merged, added, dup, _ := ingest.MergeRecords(t.Context(), old, add, nil)
		want := count(old)
		for k, n := range count(add) {
			want[k] = max(want[k], n)
		}
		if d := cmp.Diff(want, count(merged)); d != "" || added+dup != add.Rows() {
			t.Fatalf("%d added, %d duplicates of %d (-want +got):\n%s", added, dup, add.Rows(), d)
		}
		if _, added, _, _ := ingest.MergeRecords(t.Context(), merged, add, nil); added != 0 {
			t.Fatalf("again: %d added", added)
		}
	})
}

// TestMergeRecordsOfOtherShapes: a column that only one file has, one that is numbers here
// and words there, days that the first file does not have.
func TestMergeRecordsOfOtherShapes(t *testing.T) {
	t.Parallel()
	old := surveyed([]string{"a", "b"}, []float64{1, 2.5})
	add := surveyed([]string{"b", "c"}, nil)
	add.Day = []core.Date{5, core.NoDate}
	add.Columns = []core.AttributeColumn{
		{Name: "Q1", Codes: []uint32{0, 1}, Dict: []string{"2.5", "often"}}, {Name: "Q2", Floats: []float64{7, 8}, Valid: []bool{true, false}},
	}
	got, added, dup, _ := ingest.MergeRecords(t.Context(), old, add, nil)
	if added != 1 || dup != 1 {
		t.Errorf("%d added, %d duplicates", added, dup)
	}
	want := &core.Records{
		Kind: core.SourceSurvey, Name: "s", Customers: got.Customers, Customer: []uint32{0, 1, 2}, Day: []core.Date{core.NoDate, core.NoDate, core.NoDate},
		Columns: []core.AttributeColumn{
			{Name: "Q1", Codes: []uint32{0, 1, 2}, Dict: []string{"1", "2.5", "often"}},
			{Name: "Q2", Floats: []float64{0, 0, 0}, Valid: []bool{false, false, false}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("records (-want +got):\n%s", d)
	}
}
