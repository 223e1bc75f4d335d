package database

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"qunxiang/core/ingest"
)

// liteDialect is SQLite's. A column there may hold values of any type, so most
// expressions ask each value for its own.
type liteDialect struct{ common }

func (liteDialect) kind(string) kind { return kindAny }

// cell keeps the value and loses the declared type, by which the driver would turn
// texts into times.
func (liteDialect) cell(x string, _ kind) string { return "+" + x }

func (liteDialect) text(x string, _ kind) string {
	return "CASE typeof(" + x + ") WHEN 'real' THEN CASE WHEN abs(" + x + ") < 9e15 AND " + x + " = CAST(" + x + " AS INTEGER) THEN CAST(CAST(" + x +
		" AS INTEGER) AS TEXT) ELSE CAST(" + x + " AS TEXT) END ELSE CAST(" + x + " AS TEXT) END"
}

func (liteDialect) trim(x string) string { return "trim(" + x + ", " + literal(ingest.Blanks()) + ")" }

func (liteDialect) unfloat(x string) string {
	return "CASE WHEN " + x + " GLOB '[0-9]*.0' AND NOT substr(" + x + ", 1, length(" + x + ") - 2) GLOB '*[^0-9]*' THEN substr(" + x +
		", 1, length(" + x + ") - 2) ELSE " + x + " END"
}

func (liteDialect) iso(x string) string {
	return "(" + x + " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' AND (length(" + x + ") = 10 OR datetime(" + x + ") IS NOT NULL))"
}

// unixSeconds takes seconds or milliseconds since 1970, as the row path does.
func unixSeconds(x string) string {
	return "CASE WHEN abs(" + x + ") >= 100000000000 THEN " + x + " / 1000 ELSE " + x + " END"
}

func (liteDialect) day(x string, _ kind, unix bool) string {
	if unix {
		return "date(" + unixSeconds(x) + ", 'unixepoch')"
	}
	return "substr(" + x + ", 1, 10)"
}

func (liteDialect) second(x string, _ kind, unix bool) string {
	if unix {
		return "datetime(" + unixSeconds(x) + ", 'unixepoch')"
	}
	return "substr(replace(" + x + ", 'T', ' ') || ' 00:00:00', 1, 19)"
}

// exact makes a whole number of a binary fraction: its 15 significant digits, as the row
// path keeps them.
func (liteDialect) exact(x string, _ kind, scale int) string {
	p := strconv.FormatInt(int64(math.Pow10(scale)), 10)
	return "CASE typeof(" + x + ") WHEN 'integer' THEN " + x + " * " + p + " ELSE CAST(round(" + fifteen(x) + " * " + p + ") AS INTEGER) END"
}

func fifteen(x string) string { return "CAST(printf('%.15g', " + x + ") AS REAL)" }

func (liteDialect) inexact(x string, scale int) string {
	return fmt.Sprintf("(typeof(%s) = 'real' AND round(%s, %d) <> %s)", x, fifteen(x), scale, fifteen(x))
}

func (liteDialect) badNumber(x string, _ kind) string {
	return "(typeof(" + x + ") NOT IN ('integer', 'real'))"
}

func (liteDialect) starts(x, with string) string {
	return "substr(lower(" + x + "), 1, " + strconv.Itoa(len([]rune(with))) + ") = " + literal(strings.ToLower(with))
}

// once keeps expressions from being put into those that use them, and computed each time.
func (liteDialect) once() string { return " AS MATERIALIZED " }

func (liteDialect) join(x, y string) string { return x + " || " + y }

func (liteDialect) native(x string) string { return "substr(" + x + ", 1, 10)" }

func (liteDialect) group(x string) string { return x + " COLLATE BINARY" }

// plainDay asks SQLite to write the day again: what comes out otherwise was none.
func (liteDialect) plainDay(x, sample string) string {
	switch {
	case len(sample) == 10:
		return "date(" + x + ") = " + x
	case sample[10] == 'T':
		return "replace(datetime(" + x + "), ' ', 'T') = " + x
	}
	return "datetime(" + x + ") = " + x
}

// positive divides the whole number again: only a fraction of so many places comes out
// as it was. What is neither a whole number nor a fraction equals none.
func (liteDialect) positive(x string, _ kind, scale int) (money, good string) {
	p := strconv.FormatInt(int64(math.Pow10(scale)), 10)
	money = "CAST(" + x + " * " + p + " + 0.5 AS INTEGER)"
	return money, "+" + x + " > 0 AND " + x + " < 1000000000 AND " + money + " / " + p + ".0 = +" + x
}
