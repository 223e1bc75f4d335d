package workspace_test

import (
	"fmt"
	"strings"
	"testing"

	"qunxiang/core/clean"
	"qunxiang/core/quality"
)

// Where customers are known by their telephones these are masked wherever codes are shown;
// the codes of another file, which can be no telephones, stay.
func TestShownCodes(t *testing.T) {
	t.Parallel()
	p := project(t)
	text := "订单号,手机号,下单日期,实付金额\n"
	for i := range 40 {
		text += fmt.Sprintf("D%d,1%s%08d,2026-01-%02d,10\n", i, []string{"39", "58", "86"}[i%3], 12345678+7919*i, i%28+1)
	}
	importText(t, p, "orders.csv", text)
	show, err := p.Shown(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{"13912345678": "139****5678", "C0001": "C0001", "1391234567": "***", "Ann@x.com": "***", "": ""} {
		if got := show(code); got != want {
			t.Errorf("%q is shown as %q, want %q", code, got, want)
		}
	}
	steps := []clean.Step{
		{Kind: clean.Merge, Args: clean.Args{Groups: []clean.Group{{To: "13912345678", From: []string{"13912345679"}}}}},
		{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{"13912345678"}}},
		{Kind: clean.Unify, Args: clean.Args{Column: "city", Groups: []clean.Group{{To: "上海", From: []string{"上海市"}}}}},
	}
	shown, err := p.ShownIssues(t.Context(), []quality.Issue{{Fixes: steps}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(shown); strings.Contains(got, "13912345") || !strings.Contains(got, "139****5678") || !strings.Contains(got, "上海市") {
		t.Errorf("steps: %s", got)
	}
	if steps[0].Args.Groups[0].To != "13912345678" || steps[1].Args.Customers[0] != "13912345678" {
		t.Error("the steps themselves are changed")
	}
}
