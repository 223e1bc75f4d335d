// Package sdktest is the conformance suite for methods: what the application takes
// for granted about every method, as a test. An author calls [Run] in a test of the
// method's package,
//
//	func TestContract(t *testing.T) { sdktest.Run(t, mymethod.New()) }
//
// and [RunRemote] against a live process. Without cases the suite makes a table from
// the method's roles; a method that needs particular data gets it as a [Case].
//
// A method passes when it describes itself fully in both languages, completes and
// checks its parameters, answers nonsense with a diagnostic instead of a panic, gives
// the same answer for the same seed whatever the order of rows and the number of
// threads, stops when told to, and leaves its input alone.
package sdktest
