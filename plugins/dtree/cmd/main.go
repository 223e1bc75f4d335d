// Command cmd serves the dtree method as a plugin of its own.
package main

import (
	"qunxiang/plugins/dtree"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := dtree.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
