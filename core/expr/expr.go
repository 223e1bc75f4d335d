package expr

import (
	"errors"

	"qunxiang/core"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// Filter returns, for every row of t, whether the expression holds. A fault of the
// expression is a [core.Error] of origin user with the code of [expr.Error].
func Filter(src string, t *table.Table) ([]bool, error) {
	keep, err := expr.Filter(src, t)
	return keep, Error(err)
}

// Error tells a fault of an expression as the application's error. Other errors, and
// nil, come back as they are.
func Error(err error) error {
	e, ok := errors.AsType[*expr.Error](err)
	if !ok {
		return err
	}
	args := core.Args{"position": e.Pos}
	for name, v := range e.Args {
		switch s, _ := v.(string); name {
		case "expected":
			v = core.Message{Key: "expected.expr_" + s}
		case "kind":
			v = core.Message{Key: "kind." + s}
		}
		args[name] = v
	}
	return &core.Error{Code: e.Code, Origin: core.OriginUser, Op: "filter", Where: core.Where{Param: "where", Column: e.Column}, Args: args}
}
