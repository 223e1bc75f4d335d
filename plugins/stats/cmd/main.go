// Command cmd serves the stats method as a plugin of its own.
package main

import (
	"qunxiang/plugins/stats"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := stats.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
