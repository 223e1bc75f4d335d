// Package sdk is what a method author writes against: what a segmentation method
// says about itself ([Info]), what it is given ([Request]) and what it answers
// ([Response]). It knows nothing of processes or wires; package sdk/rpc serves a
// [Method] as a plugin, package sdk/sdktest proves that it keeps the contract.
//
// A method sees the columns that its roles ask for, the long tables that it asks for
// ([Detail]: orders, their lines, comments, events) and row numbers, never a
// customer's name, another column, a path or the project. What it answers is data
// (labels, rules, tables): the host checks it, draws it and translates it.
//
// The package imports the standard library and sdk/table only.
package sdk
