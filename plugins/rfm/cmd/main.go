// Command cmd serves the rfm method as a plugin of its own.
package main

import (
	"qunxiang/plugins/rfm"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := rfm.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
