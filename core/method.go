package core

import "qunxiang/sdk"

// Method is one method of the catalogue: what it says of itself and where it is from.
type Method struct {
	Info   sdk.Info
	Plugin string // id of the plugin that serves it
	Origin string // "bundled" or "installed"
	Trust  string // "bundled", "signed", "unsigned", "modified" or "blocked"
}
