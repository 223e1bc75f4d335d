package kmeans

import (
	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
)

// settings are the checked parameters of a run.
type settings struct {
	k, kMin, kMax int // k 0 = auto
	search        search
	recipe        cluster.Recipe
}

func newSettings(p sdk.Params, names []string, seed uint64) (settings, []sdk.Diagnostic) {
	s := settings{k: p.Int("k"), kMin: p.Int("k_min"), kMax: p.Int("k_max")}
	s.search = search{
		random: p.Text("init") == "random", restarts: p.Int("restarts"),
		maxIterations: p.Int("max_iterations"), tolerance: p.Real("tolerance"), seed: seed,
	}
	var diags, more []sdk.Diagnostic
	if s.k == 0 && s.kMin > s.kMax {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "k_range", Param: "k_min",
			Summary: sdk.Text{ZH: "最少群数 {a} 大于最多群数 {b}。", EN: "The fewest groups, {a}, are more than the most, {b}."}.Fill("a", cluster.Itoa(s.kMin), "b", cluster.Itoa(s.kMax)),
		})
	}
	s.recipe, more = cluster.ReadRecipe(p, names)
	return s, append(diags, more...)
}
