// Package host finds, starts, supervises and stops method plugins. A caller sees
// methods by id and calls with checked answers; it never sees a process.
//
// Every run gets a fresh process (a few milliseconds): bundled methods are served by
// this program starting itself as `PROGRAM plugin ID`, others by their own program,
// both in the same way:
//
//	socket in a private directory · own process group · stdin as a lifeline ·
//	short environment · one handshake line, noise around it dropped · bounded
//	capture of stderr · a deadline or the plugin's heartbeat on every call ·
//	nothing larger than 64 MB in one message · killed as a group, within 2 s
//
// Whatever a plugin does ends as a core.Error of origin plugin that names it. It
// cannot hang the host, fill its memory, nor outlive it.
//
// The package is the only one beside sdk/rpc that knows go-plugin. It must not import
// the methods themselves, the store, or a window.
package host
