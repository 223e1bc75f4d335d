// Command cmd serves the mixed method as a plugin of its own.
package main

import (
	"qunxiang/plugins/mixed"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := mixed.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
