// Command cmd serves the tiers method as a plugin of its own.
package main

import (
	"qunxiang/plugins/tiers"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := tiers.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
