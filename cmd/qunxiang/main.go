// Command qunxiang is the application without a window: it imports, segments and
// exports from a terminal or a script. Its reference is docs/cli.md.
//
// Started by itself as "qunxiang plugin ID" it serves bundled methods, as "qunxiang
// read -" it reads a file that is no plain text.
package main

import (
	"os"
	"strings"

	"qunxiang/cmd/qunxiang/cli"
	"qunxiang/internal/latergc"
	"qunxiang/internal/wire"
	"qunxiang/plugins"
)

// version is set when a release is built.
var version = "0.1.0"

func main() {
	wire.ServeReader()
	latergc.Set()
	if len(os.Args) > 2 && os.Args[1] == "plugin" {
		first, _, _ := strings.Cut(os.Args[2], ",")
		if plugins.Bundled()[first] != nil {
			plugins.Serve(os.Args[2])
		}
	}
	os.Exit(cli.Main(plugins.IDs(), plugins.Describe, version))
}
