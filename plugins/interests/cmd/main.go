// Command cmd serves the interests method as a plugin of its own.
package main

import (
	"qunxiang/plugins/interests"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := interests.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
