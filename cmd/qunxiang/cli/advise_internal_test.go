package cli

import (
	"testing"

	"qunxiang/core/advise"
)

// The command that is printed runs as it stands: a parameter of several texts is given once
// for each of them, and what a shell would act on is quoted.
func TestAdviceCommand(t *testing.T) {
	t.Parallel()
	x := advise.Advice{
		Method: "rules", Params: map[string]string{"rule": "A:`sp end` >= 390\nOther:*", "k": "3"}, Features: []string{"age", "Income (k$)"},
	}
	want := program + " run 'my shop.qx' rules --name rules --set k=3 --set 'rule=A:`sp end` >= 390' --set 'rule=Other:*' --features 'age,Income (k$)'"
	if got := adviceCommand(x, "my shop.qx"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
