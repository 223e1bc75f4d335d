// Package rpc carries methods between processes. [Serve] is the whole main function
// of a plugin; [Client] is the other end, which the application uses.
//
// A plugin is started by the application, never by hand. It leaves as soon as its
// standard input ends, so that none outlives the application, and it says every two
// seconds that it is alive, so that a hanging one is told from a busy one. The client
// believes nothing: what comes in is measured before it is stored and checked
// (package check) before it is handed on; a breach is a [Fault].
//
// Of third-party code only go-plugin and gRPC are used, and only here and in the
// application's host: package sdk stays free of them.
package rpc
