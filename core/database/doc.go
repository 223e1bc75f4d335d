// Package database reads SQL databases: SQLite, PostgreSQL, MySQL, ClickHouse and Trino.
// It is the only package of the application that opens a connection to anything, and
// does so only for an address that the user gave.
//
//	URL → session (read only, one snapshot where the database has them)
//	    → rows, as text, into the same machinery that reads files (core/ingest)
//	    → or facts, then one statement that adds up: a row per customer leaves the database
//
// Three rules hold everywhere. Nothing is ever written: the session is read-only, and the
// user's SQL is one SELECT, wrapped as a sub-select. A password is in memory only: never
// in a project, a message or a log. What the database adds up equals what importing the
// rows and computing features gives, exactly; what SQL cannot decide (which purchase a
// refund without an order number belongs to) is decided here, from the rows of the
// customers concerned (docs/sql.md).
//
// The package imports core, core/ingest, core/feature and the drivers; it never sees a
// project file or a window.
package database
