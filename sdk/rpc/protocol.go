package rpc

import (
	"context"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
)

// ProtocolVersion is the major version of the protocol; both sides must speak the
// same. ProtocolMinor counts additions that both sides survive.
const (
	ProtocolVersion = 1
	ProtocolMinor   = 1 // 1: long tables, the as-of date, brief runs
)

// MaxMessage is the largest message that either side accepts, in bytes.
const MaxMessage = 64 << 20

// The environment that the application gives to a plugin, beside go-plugin's own.
const (
	EnvLifeline = "QUNXIANG_LIFELINE" // "stdin": leave when the standard input ends
	EnvBuild    = "QUNXIANG_BUILD"    // the program that must be running, by [BuildID]
)

// Service is the name under which a plugin's methods are dispensed.
const Service = "methods"

// beat is the longest silence of a working plugin; step is how often progress is passed on.
const (
	beat = 2 * time.Second
	step = 100 * time.Millisecond
)

// window is the flow-control window of a connection: enough for a few chunks, so that
// neither side waits for the other's acknowledgement.
const window = 4 << 20

// Handshake is what both sides of go-plugin agree on before they talk. It keeps
// people from starting plugins by hand; it is no secret.
func Handshake() plugin.HandshakeConfig {
	return plugin.HandshakeConfig{ProtocolVersion: ProtocolVersion, MagicCookieKey: "QUNXIANG_PLUGIN", MagicCookieValue: "method"}
}

// Versions are the plugin sets for go-plugin's negotiation, for a client.
func Versions() map[int]plugin.PluginSet { return versions(nil) }

func versions(s *service) map[int]plugin.PluginSet {
	return map[int]plugin.PluginSet{ProtocolVersion: {Service: &grpcPlugin{service: s}}}
}

// DialOptions are the options of the client's connection.
func DialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MaxMessage), grpc.MaxCallSendMsgSize(MaxMessage), grpc.ForceCodecV2(wire.NewCodec())),
		grpc.WithDisableRetry(), // a second try would need the rows again
		grpc.WithInitialWindowSize(window), grpc.WithInitialConnWindowSize(window),
		grpc.WithReadBufferSize(buffer), grpc.WithWriteBufferSize(buffer),
	}
}

// ServerOptions are the same for the plugin's side.
func ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(MaxMessage), grpc.MaxSendMsgSize(MaxMessage), grpc.ForceServerCodecV2(wire.NewCodec()),
		grpc.InitialWindowSize(window), grpc.InitialConnWindowSize(window),
		grpc.ReadBufferSize(buffer), grpc.WriteBufferSize(buffer),
	}
}

// buffer is the size of a connection's read and write buffers: fewer system calls for
// the same bytes.
const buffer = 128 << 10

// grpcPlugin joins the service to go-plugin.
type grpcPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	service *service
}

// GRPCServer implements plugin.GRPCPlugin on the plugin's side.
func (p *grpcPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	methodv1.RegisterMethodServiceServer(s, p.service)
	return nil
}

// Register registers the plugin's methods with a gRPC server that was made with
// [ServerOptions], for those who do not use [Serve], such as tests.
func Register(s grpc.ServiceRegistrar, p Plugin) {
	methodv1.RegisterMethodServiceServer(s, newService(p))
}

// GRPCClient implements plugin.GRPCPlugin on the application's side.
func (p *grpcPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, cc *grpc.ClientConn) (any, error) {
	return NewClient(cc), nil
}
