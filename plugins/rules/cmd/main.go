// Command cmd serves the rules method as a plugin of its own.
package main

import (
	"qunxiang/plugins/rules"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := rules.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
