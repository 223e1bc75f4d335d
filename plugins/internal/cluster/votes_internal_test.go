package cluster

import "testing"

// Only an index that prefers another number disagrees; one without a preference does not.
func TestRemarkVotes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		votes []Vote
		want  int
	}{
		{[]Vote{{index: "silhouette", k: 2}, {index: "gap", k: 2}, {index: "elbow", k: 0}}, 0},
		{[]Vote{{index: "silhouette", k: 2}, {index: "gap", k: 1}, {index: "elbow", k: 0}}, 1},
		{[]Vote{{index: "silhouette", k: 2}, {index: "gap", k: 2}, {index: "elbow", k: 3}}, 1},
	} {
		r := Outcome{Votes: c.votes, G: &Grouping{K: 2}}
		if r.RemarkVotes(); len(r.Diags) != c.want {
			t.Errorf("%v: %d remarks, want %d", c.votes, len(r.Diags), c.want)
		}
	}
}
