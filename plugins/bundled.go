package plugins

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"qunxiang/plugins/basket"
	"qunxiang/plugins/dtree"
	"qunxiang/plugins/hclust"
	"qunxiang/plugins/interests"
	"qunxiang/plugins/kmeans"
	"qunxiang/plugins/lifecycle"
	"qunxiang/plugins/mixed"
	"qunxiang/plugins/rfm"
	"qunxiang/plugins/risk"
	"qunxiang/plugins/rules"
	"qunxiang/plugins/stats"
	"qunxiang/plugins/tiers"
	"qunxiang/plugins/value"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

// version is the version of the set; each method has its own in its Info.
const version = "1.0.0"

// Bundled returns the constructors of the bundled methods by id.
func Bundled() map[string]func() sdk.Method {
	return map[string]func() sdk.Method{
		"basket":    basket.New,
		"dtree":     dtree.New,
		"hclust":    hclust.New,
		"interests": interests.New,
		"kmeans":    kmeans.New,
		"lifecycle": lifecycle.New,
		"mixed":     mixed.New,
		"rfm":       rfm.New,
		"risk":      risk.New,
		"rules":     rules.New,
		"stats":     stats.New,
		"tiers":     tiers.New,
		"value":     value.New,
	}
}

// IDs returns the ids of the bundled methods, sorted.
func IDs() []string { return slices.Sorted(maps.Keys(Bundled())) }

// Serve serves a bundled method, or several with commas between them, to the
// application that started this process as `PROGRAM plugin ID`, and does not return.
// It belongs at the very beginning of main.
func Serve(id string) {
	bundled := Bundled()
	var ids []string
	for one := range strings.SplitSeq(id, ",") {
		if bundled[one] == nil {
			fmt.Fprintf(os.Stderr, "there is no bundled method %q; there are %s\n", one, strings.Join(IDs(), ", "))
			os.Exit(2)
		}
		ids = append(ids, one)
	}
	rpc.Serve(plugin(id, ids))
}

// Describe is what Serve would say of the methods: the program that bundles them
// need not start itself to know.
func Describe(ids []string) (rpc.Description, error) {
	return plugin(strings.Join(ids, ","), ids).Describe()
}

// plugin is the bundled methods with the ids.
func plugin(id string, ids []string) rpc.Plugin {
	p := rpc.Plugin{ID: id, Version: version}
	bundled := Bundled()
	for _, one := range ids {
		if f := bundled[one]; f != nil {
			p.Methods = append(p.Methods, f())
		}
	}
	return p
}
