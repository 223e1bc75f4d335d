package cli

import (
	"qunxiang/core"
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

// stateCodes are the errors of the user's making that no other command line would
// have avoided: the command was well formed, but the files stand otherwise than it
// supposes. They end in 1; every other error of OriginUser ends in 2.
var stateCodes = map[string]bool{
	"output_exists":            true, // without --force
	"output_folder":            true, // the folder to write into is not there
	"output_denied":            true,
	"too_many_rows":            true, // more than a worksheet holds
	"project_exists":           true,
	"project_not_found":        true,
	"project_locked":           true, // open elsewhere
	"project_changed_outside":  true, // changed by somebody else since opening
	"project_newer":            true, // written by a newer version
	"project_passphrase":       true,
	"project_read_only":        true,
	"project_too_large":        true,
	"no_such_run":              true,
	"no_data":                  true,
	"file_missing":             true,
	"usage_param_file_missing": true,
}

// exitCode maps an error to the program's exit code: nil 0; cancelled 5; plugin 4;
// data 3; user 2, or 1 for stateCodes; everything else 1.
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
		if stateCodes[e.Code] {
			return exitFailed
		}
		return exitMisuse
	}
	return exitFailed
}
