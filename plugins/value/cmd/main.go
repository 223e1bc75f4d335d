// Command cmd serves the value method as a plugin of its own.
package main

import (
	"qunxiang/plugins/value"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

func main() {
	m := value.New()
	rpc.Serve(rpc.Plugin{ID: m.Info().ID, Version: m.Info().Version, Methods: []sdk.Method{m}})
}
