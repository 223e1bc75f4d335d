// Command cmd serves the risk method as a plugin of its own.
package main

import (
	"qunxiang/plugins/risk"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := risk.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
