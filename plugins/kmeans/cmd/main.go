// Command cmd serves the kmeans method as a plugin of its own.
package main

import (
	"qunxiang/plugins/kmeans"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := kmeans.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
