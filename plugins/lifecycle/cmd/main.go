// Command cmd serves the lifecycle method as a plugin of its own.
package main

import (
	"qunxiang/plugins/lifecycle"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := lifecycle.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
