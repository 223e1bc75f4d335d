// Package run makes one run of a method: it fills the method's roles with columns,
// leaves out customers that cannot take part (with reasons), asks the method to
// validate, fits, and turns the checked answer into a core.Segmentation.
//
// The method is behind the small interface [Fitter]; processes are the business of
// package host. Nothing here depends on clock, map order or machine.
package run
