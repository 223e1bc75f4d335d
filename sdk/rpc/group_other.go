//go:build !unix

package rpc

import "os"

// killGroup has nothing to do: the job object of the application ends the children.
func killGroup() {}

// lifeline is the standard input.
func lifeline() *os.File { return os.Stdin }
