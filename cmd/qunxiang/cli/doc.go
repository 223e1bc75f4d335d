// Package cli is the headless command qunxiang: it reads the command line, calls
// core/workspace and shows the answer. It decides nothing about data.
//
// A command line goes through four steps: the language (so that even a wrong
// command line is answered in it), the command and its flags, the command's run,
// and the answer: a result on standard output – sentences and tables, or one JSON
// document with --json – or an error, whose origin gives the exit code (exit.go).
// Progress and messages go to standard error.
//
// Every command is one constructor (cmd_*.go) listed in commands.go; its texts are
// the i18n keys cli.<command>.summary, .help, .example and .flag.<name>, from which
// --help and docs/cli.md are made.
package cli
