package rpc

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// errNoClient is returned when a program serves something else.
var errNoClient = errors.New("the program serves no methods")

// Start starts a plugin's program, for an author who wants to see it work; stop ends it.
// It does not supervise: the application starts plugins by its own host, with limits on
// time and memory. Since 1.0.
func Start(ctx context.Context, program string, args ...string) (c *Client, stop func(), err error) {
	p := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  Handshake(),
		VersionedPlugins: Versions(),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.CommandContext(ctx, program, args...),
		GRPCDialOptions:  DialOptions(),
		Logger:           hclog.NewNullLogger(),
	})
	c, err = dispense(p)
	if err != nil {
		p.Kill()
		return nil, nil, fmt.Errorf("start %s: %w", program, err)
	}
	return c, p.Kill, nil
}

func dispense(p *plugin.Client) (*Client, error) {
	conn, err := p.Client()
	if err != nil {
		return nil, err
	}
	served, err := conn.Dispense(Service)
	if err != nil {
		return nil, err
	}
	c, ok := served.(*Client)
	if !ok {
		return nil, errNoClient
	}
	return c, nil
}
