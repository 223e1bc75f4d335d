// Command cmd serves the hclust method as a plugin of its own.
package main

import (
	"qunxiang/plugins/hclust"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := hclust.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
