package cli

import (
	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/run"
	"qunxiang/store"
)

// The exit codes of the program. They are a contract with scripts.
const (
	exitDone      = 0
	exitFailed    = 1 // nothing changed
	exitMisuse    = 2 // wrong use of the command line
	exitInput     = 3 // the data is at fault
	exitPlugin    = 4 // a method plugin failed
	exitCancelled = 5
)

// isState tells errors of the user's making that no other command line would have
// avoided: the command was well formed, but the files stand otherwise than it supposes.
// They end in 1; every other error of OriginUser ends in 2.
func isState(code string) bool {
	switch code {
	case export.CodeOutputExists, // without --force
		export.CodeOutputFolder, export.CodeOutputDenied, export.CodeTooManyRows,
		store.CodeExists, store.CodeNoFolder, store.CodeNotFound, store.CodeLocked, store.CodeChangedOutside, store.CodeNewer,
		store.CodePassphrase, store.CodeReadOnly, store.CodeTooLarge, store.CodeNoSuchRun,
		"database_missing", "database_login", "database_forbidden", "database_timeout", "database_unreadable", "database_too_many_rows",
		"no_data", "no_survey", "no_comments", "no_events", run.CodeDetailMissing, "file_missing", "usage_param_file_missing":
		return true
	}
	return false
}

// exitCode maps an error to the program's exit code: nil 0; cancelled 5; plugin 4;
// data 3; user 2, or 1 for isState; everything else 1.
func exitCode(err error) int {
	e := core.AsError(err)
	if e == nil {
		return exitDone
	}
	switch e.Origin {
	case core.OriginCancelled:
		return exitCancelled
	case core.OriginPlugin:
		return exitPlugin
	case core.OriginData:
		return exitInput
	case core.OriginUser:
		if isState(e.Code) {
			return exitFailed
		}
		return exitMisuse
	}
	return exitFailed
}
