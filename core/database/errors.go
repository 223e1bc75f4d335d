package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"qunxiang/core"
)

const op = "database"

// userError is a choice that cannot be met.
func userError(code, param string, a core.Args) *core.Error {
	return &core.Error{Code: code, Origin: core.OriginUser, Op: op, Where: core.Where{Param: param}, Args: a}
}

// dataError is a fault of what the database holds.
func dataError(code, column string, a core.Args) *core.Error {
	return &core.Error{Code: code, Origin: core.OriginData, Op: op, Where: core.Where{Column: column}, Args: a}
}

// failure is what a driver found wrong, in our words.
type failure struct {
	code string // of core.Error
	text string // what the server says, "" where it adds nothing
}

// explain makes the error for the user of a driver's. classify tells what a driver's
// own kinds of errors mean; it is nil for none.
func (a *address) explain(ctx context.Context, err error, classify func(error) (failure, bool)) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*core.Error](err); ok {
		return e
	}
	if ctx.Err() != nil {
		return core.AsError(context.Cause(ctx))
	}
	f := failure{code: "database_query", text: err.Error()}
	known := false
	if classify != nil {
		var g failure
		if g, known = classify(err); known {
			f = g
		}
	}
	if _, isNet := errors.AsType[net.Error](err); !known && isNet {
		f = failure{"database_unreachable", reach(err)}
	}
	args := core.Args{"detail": a.scrub(oneLine(f.text))}
	if a.path != "" {
		args["host"] = a.path
	} else {
		args["host"] = a.url.Host
		args["user"] = a.url.User.Username()
		args["database"] = strings.Trim(a.url.Path, "/")
	}
	return &core.Error{Code: f.code, Origin: originOf(f.code), Op: op, Args: args, Err: fmt.Errorf("%s", a.scrub(err.Error()))}
}

// reach is why a host cannot be reached, in the system's words.
func reach(err error) string {
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Err != nil {
		return e.Err.Error()
	}
	return ""
}

func originOf(code string) core.Origin {
	switch code {
	case "database_not_sqlite", "database_damaged":
		return core.OriginData
	case "database_unreachable", "database_lost", "database_busy":
		return core.OriginApp
	}
	return core.OriginUser
}

// scrub takes the password out of a text.
func (a *address) scrub(s string) string {
	if a.password == "" {
		return s
	}
	return strings.ReplaceAll(s, a.password, "***")
}

// oneLine is a server's sentence without line ends, and not endless.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}
