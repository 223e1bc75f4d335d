// Command cmd serves the basket method as a plugin of its own.
package main

import (
	"qunxiang/plugins/basket"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := basket.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
