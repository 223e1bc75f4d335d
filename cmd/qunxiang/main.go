// Command qunxiang is the application without a window: it imports, segments and
// exports from a terminal or a script. Its reference is docs/cli.md.
//
// Started as "qunxiang plugin ID" by itself, it serves one of the bundled methods.
package main

import (
	"maps"
	"os"
	"slices"

	"qunxiang/cmd/qunxiang/cli"
	"qunxiang/plugins"
)

// version is set when a release is built.
var version = "0.1.0"

func main() {
	bundled := plugins.Bundled()
	if len(os.Args) > 2 && os.Args[1] == "plugin" && bundled[os.Args[2]] != nil {
		plugins.Serve(os.Args[2])
		return
	}
	os.Exit(cli.Main(slices.Sorted(maps.Keys(bundled)), version))
}
