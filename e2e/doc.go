// Package e2e holds the tests from outside: real files through the real command with
// real plugin subprocesses, and the promises that span several packages. Package
// e2e/window drives the real window.
package e2e
