//go:build linux

package host_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

// evil is a plugin that does one thing wrong. Those of starts never get to talk; the
// others describe themselves as the method "sign" does and misbehave in Fit.
func evil(mode string) {
	if f := starts[mode]; f != nil {
		f()
		os.Exit(0)
	}
	if mode == "noise before" {
		fmt.Println("Welcome!\n1|2|three|\n" + strings.Repeat("=", 10_000))
	}
	p := rpc.Plugin{ID: "evil", Version: "1.0.0", Methods: []sdk.Method{sign{id: "sign"}}}
	h := rpc.Handshake()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: h,
		Plugins:         plugin.PluginSet{rpc.Service: &evilPlugin{plugin: p, fit: fits[mode]}},
		GRPCServer: func(o []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(append(o, rpc.ServerOptions()...), grpc.MaxSendMsgSize(1<<30))...)
		},
		Logger: hclog.NewNullLogger(),
	})
	os.Exit(0)
}

// evilPlugin serves a plugin with another Fit.
type evilPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	plugin.GRPCPlugin
	plugin rpc.Plugin
	fit    func(*conversation)
}

func (p *evilPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	rpc.Register(registrar{s, p.fit}, p.plugin)
	return nil
}

// registrar replaces the handler of Fit.
type registrar struct {
	grpc.ServiceRegistrar
	fit func(*conversation)
}

func (r registrar) RegisterService(d *grpc.ServiceDesc, impl any) {
	mine := *d
	mine.Streams = append([]grpc.StreamDesc(nil), d.Streams...)
	for i := range mine.Streams {
		if mine.Streams[i].StreamName == "Fit" && r.fit != nil {
			mine.Streams[i].Handler = func(_ any, s grpc.ServerStream) error {
				c := &conversation{stream: s}
				c.listen()
				r.fit(c)
				return nil
			}
		}
	}
	r.ServiceRegistrar.RegisterService(&mine, impl)
}

// conversation is a Fit call, on the plugin's side, in the words of the wire.
type conversation struct{ stream grpc.ServerStream }

func message(name string) proto.Message {
	t, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName("qunxiang.method.v1." + name))
	if err != nil {
		panic(err)
	}
	return t.New().Interface()
}

// listen takes the start and the rows: two messages, for the small tables of the tests.
func (c *conversation) listen() {
	for range 2 {
		if c.stream.RecvMsg(message("FitRequest")) != nil {
			return
		}
	}
}

// say sends a message in the text format; it reports whether the host still listens.
func (c *conversation) say(text string) bool {
	m := message("FitResponse")
	if err := prototext.Unmarshal([]byte(text), m); err != nil {
		panic(fmt.Sprintf("%v in %s", err, text))
	}
	return c.stream.SendMsg(m) == nil
}

// raw sends bytes as a message.
func (c *conversation) raw(b []byte) bool {
	m := message("FitResponse")
	m.ProtoReflect().SetUnknown(b)
	return c.stream.SendMsg(m) == nil
}

// The pieces of a good answer for the three rows of the tests.
const (
	outputs = `outputs { rows: 3 columns { name: "segment" kind: COLUMN_KIND_CATEGORY dictionary: ["low", "high"] } columns { name: "distance" kind: COLUMN_KIND_FLOAT64 } }`
	labels  = `columns { values: "\000\000\000\000\001\000\000\000\001\000\000\000" }`
	zeros   = `columns { values: "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000" }`
	rows    = `rows { rows: 3 ` + labels + zeros + `}`
	two     = `segments { key: "low" name { zh_cn: "L" en: "L" } } segments { key: "high" name { zh_cn: "H" en: "H" } }`
	result  = `result { ` + two + `}`
	nan     = `\000\000\000\000\000\000\xf8\x7f`
	inf     = `\000\000\000\000\000\000\xf0\x7f`
)

// with is a good answer with one thing replaced.
func with(old, replacement string) func(*conversation) {
	return func(c *conversation) {
		for _, m := range []string{outputs, rows, result} {
			c.say(strings.ReplaceAll(m, old, replacement))
		}
	}
}

func hang() { time.Sleep(time.Hour) }

// starts are the plugins that never come up.
var starts = map[string]func(){
	"crash at start":     func() { fmt.Fprintln(os.Stderr, "panic: missing library"); os.Exit(1) },
	"end at start":       func() {},
	"hang at start":      hang,
	"stop at start":      func() { _ = syscall.Kill(os.Getpid(), syscall.SIGSTOP); hang() },
	"garbage handshake":  func() { fmt.Println("hello|world|this is not|a handshake"); hang() },
	"endless line":       func() { flood(os.Stdout, bytes.Repeat([]byte("x"), 1<<20), 64); hang() },
	"old protocol":       func() { fmt.Println("1|99|unix|" + socket() + "|grpc"); hang() },
	"listens only":       func() { speak(func(net.Conn) { hang() }) },
	"not grpc":           func() { speak(func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")); hang() }) },
	"net/rpc":            func() { fmt.Println("1|1|unix|" + socket() + "|netrpc"); hang() },
	"somebody's address": func() { fmt.Println("1|1|tcp|192.0.2.1:80|grpc"); hang() },
	"somebody's socket":  func() { fmt.Println("1|1|unix|/run/dbus/system_bus_socket|grpc"); hang() },
	"dead socket":        func() { fmt.Println("1|1|unix|" + socket() + "|grpc"); hang() },
}

// speak introduces itself properly and then talks to the host as f does.
func speak(f func(net.Conn)) {
	l, err := net.Listen("unix", socket())
	if err != nil {
		panic(err)
	}
	fmt.Println("1|1|unix|" + socket() + "|grpc")
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go f(c)
	}
}

func socket() string { return os.Getenv("PLUGIN_UNIX_SOCKET_DIR") + "/s" }

func flood(f *os.File, b []byte, times int) {
	for range times {
		if _, err := f.Write(b); err != nil {
			return
		}
	}
}

// stdout is the real standard output; go-plugin replaces os.Stdout.
var stdout = os.NewFile(1, "stdout")

// fits are the plugins that come up and then misbehave; nil misbehaves elsewhere.
var fits = map[string]func(*conversation){
	"good":         with("", ""),
	"noise before": nil,
	"crash":        func(*conversation) { panic("out of ideas") },
	"exit":         func(*conversation) { fmt.Fprintln(os.NewFile(2, "stderr"), "fatal error: no memory"); os.Exit(7) },
	"killed":       func(*conversation) { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); hang() },
	"crash after":  func(c *conversation) { with("", "")(c); time.Sleep(100 * time.Millisecond); os.Exit(1) },
	"crash midway": func(c *conversation) { c.say(outputs); time.Sleep(50 * time.Millisecond); os.Exit(1) },
	"leak":         leak,
	"hang":         func(*conversation) { hang() },
	"stop":         func(*conversation) { _ = syscall.Kill(os.Getpid(), syscall.SIGSTOP); hang() },
	"no result":    func(c *conversation) { c.say(outputs); c.say(rows) },
	"no rows":      func(c *conversation) { c.say(result) },
	"rows first":   func(c *conversation) { c.say(rows) },
	"twice":        func(c *conversation) { with("", "")(c); c.say(result) },
	"stdout flood": func(c *conversation) { flood(stdout, bytes.Repeat([]byte("noise\n"), 1<<18), 200); with("", "")(c) },
	"stderr flood": func(c *conversation) {
		flood(os.NewFile(2, ""), bytes.Repeat([]byte("e"), 1<<20), 300)
		with("", "")(c)
	},
	"row less":       with("rows: 3", "rows: 2"),
	"no rows at all": with("rows: 3", "rows: 0"),
	"row more":       with("rows: 3", "rows: 4"),
	"rows twice":     with("rows: 3", "rows: 6"),
	"rows forged": func(c *conversation) {
		c.say(outputs)
		c.say(rows)
		c.say(`rows { row_offset: 3 rows: 3 ` + labels + zeros + `}`)
	},
	"fewer sent":     func(c *conversation) { c.say(outputs); c.say(result) },
	"many announced": func(c *conversation) { c.say(strings.ReplaceAll(outputs, "rows: 3", "rows: 9223372036854775807")) },
	"label":          with(`\001\000\000\000`, `\002\000\000\000`),
	"big label":      with(`\001\000\000\000`, `\xff\xff\xff\xff`),
	"nan":            with(zeros, `columns { values: "`+nan+nan+nan+`" }`),
	"infinite":       with(zeros, `columns { values: "`+inf+inf+inf+`" }`),
	"negative":       with(zeros, `columns { values: "\000\000\000\000\000\000\xf0\xbf`+strings.Repeat(`\000`, 16)+`" }`),
	"repeated key":   with(`"high"`, `"low"`),
	"forged key":     with(`key: "high"`, `key: "other"`),
	"no segments":    with(two, ""),
	"unknown column": with(`"distance"`, `"phone"`),
	"missing label":  with(`\001\000\000\000" }`, `\001\000\000\000" validity: "\003" }`),
	"bidi name":      with(`en: "H"`, `en: "H\xe2\x80\xae"`),
	"control name":   with(`en: "H"`, `en: "H\007"`),
	"long name":      with(`en: "H"`, `en: "`+strings.Repeat("H", 300)+`"`),
	"one language":   with(`zh_cn: "H"`, ""),
	"bad rule":       with(`key: "high"`, `key: "high" rule { op: OP_LT column: "phone" number: 1 }`),
	"nan metric":     with(`result {`, `result { metrics { id: "inertia" title { zh_cn: "I" en: "I" } value: nan }`),
	"wrong model":    with(`result {`, `result { model { format: "a/b" bytes: 5 }`),
	"not utf-8":      func(c *conversation) { c.say(outputs); c.say(rows); c.raw(badText()) },
	"not a message":  func(c *conversation) { c.raw([]byte{0xff, 0xff, 0xff, 0xff}) },
	"huge message": func(c *conversation) {
		c.raw(protowire.AppendBytes(protowire.AppendTag(nil, 99, protowire.BytesType), make([]byte, 100<<20)))
	},
	"endless model":        func(c *conversation) { endless(c, `model { data: "`+strings.Repeat("m", 1<<20)+`" }`) },
	"endless rows":         func(c *conversation) { c.say(outputs); endless(c, rows) },
	"progress flood":       func(c *conversation) { endless(c, `progress { fraction: 7 stage { zh_cn: "P" en: "P" } }`) },
	"ignores cancel":       func(c *conversation) { endlessBeats(c); hang() },
	"answers after cancel": func(c *conversation) { <-c.stream.Context().Done(); with("", "")(c); hang() },
	"with a child": func(c *conversation) {
		c.say(fmt.Sprintf(`progress { stage { zh_cn: "P" en: "%d %d" } }`, os.Getpid(), child()))
		endlessBeats(c)
	},
	"silent flood": func(c *conversation) { endless(c, ``) },
}

func endless(c *conversation, text string) {
	m := message("FitResponse")
	if err := prototext.Unmarshal([]byte(text), m); err != nil {
		panic(err)
	}
	for range 10_000 { // 10 GB of the largest
		if c.stream.SendMsg(m) != nil {
			return
		}
	}
	hang()
}

// endlessBeats lives as long as anybody wants to know.
func endlessBeats(c *conversation) {
	for c.say(`heartbeat {}`) {
		time.Sleep(100 * time.Millisecond)
	}
}

// leak takes 50 MB more every few milliseconds, up to 2 GB.
func leak(c *conversation) {
	var held [][]byte
	for range 40 {
		held = append(held, bytes.Repeat([]byte{1}, 50<<20))
		c.say(`heartbeat {}`)
		time.Sleep(50 * time.Millisecond)
	}
	hang()
	_ = held
}

// badText is a result whose segment has a name that is not UTF-8.
func badText() []byte {
	name := protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), []byte{0xff, 0xfe})
	segment := protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), name)
	list := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), segment)
	return protowire.AppendBytes(protowire.AppendTag(nil, 6, protowire.BytesType), list)
}

// child starts a process that would outlive everybody, and returns its number.
func child() int {
	c := exec.Command("sleep", "300")
	if err := c.Start(); err != nil {
		panic(err)
	}
	return c.Process.Pid
}
