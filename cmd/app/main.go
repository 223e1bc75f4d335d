// Command app is the desktop application. Started by itself as "app plugin ID" it
// serves a bundled method.
package main

import (
	"fmt"
	"os"

	"qunxiang/gui"
	"qunxiang/internal/latergc"
	"qunxiang/internal/wire"
	"qunxiang/plugins"
	"qunxiang/store"
)

func main() {
	wire.ServeReader()
	if len(os.Args) > 2 && os.Args[1] == "plugin" {
		latergc.Set()
		plugins.Serve(os.Args[2])
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run wires the window to the workspace and shows it; files are to be opened.
func run(files []string) error {
	folder, err := gui.Folder()
	if err != nil {
		return err
	}
	ws, done := wire.Workspace(wire.Config{Apart: true, Bundled: plugins.IDs(), Describe: plugins.Describe, Store: store.Options{Replace: true}})
	gui.Run(gui.Config{Workspace: ws, Folder: folder, Files: files, Sample: sampleShop})
	return done()
}
