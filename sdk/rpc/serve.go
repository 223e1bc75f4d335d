package rpc

import (
	"crypto/tls"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"qunxiang/sdk"
)

// Plugin is one program that serves methods.
type Plugin struct {
	ID      string // stable; lower-case letters, digits, . _ and -
	Version string // semantic version
	Methods []sdk.Method
}

// The exit codes of a plugin that does not get as far as serving.
const (
	exitByHand   = 2 // not started by the application
	ExitReplaced = 3 // the program file is not the application's any more
)

// Serve serves the plugin's methods to the application that started this process. It
// is all that the main function of a plugin does, and does not return. A method's
// panic fails its call, not the process; what a method prints goes to the log.
func Serve(p Plugin) {
	h := Handshake()
	if os.Getenv(h.MagicCookieKey) != h.MagicCookieValue {
		fmt.Fprintf(os.Stderr, "%s %s is a method plugin of Qunxiang. Qunxiang starts it when it needs it.\n", p.ID, p.Version)
		os.Exit(exitByHand)
	}
	if want := os.Getenv(EnvBuild); want != "" && want != BuildID() {
		fmt.Fprintln(os.Stderr, "the program was replaced while it was running; start it again")
		os.Exit(ExitReplaced)
	}
	if os.Getenv(EnvLifeline) == "stdin" {
		go holdLifeline(lifeline())
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  h,
		VersionedPlugins: versions(newService(p)),
		GRPCServer: func(o []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(o, ServerOptions()...)...)
		},
		TLSProvider: func() (*tls.Config, error) { return serverTLS(os.Getenv(EnvTLS)) },
		Logger:      hclog.NewNullLogger(),
	})
	os.Exit(0)
}

// holdLifeline ends the process, and those it started, when the application has gone:
// the application holds the other end of the pipe and never writes to it.
func holdLifeline(r io.Reader) {
	_, _ = io.Copy(io.Discard, r)
	killGroup()
	os.Exit(0)
}
