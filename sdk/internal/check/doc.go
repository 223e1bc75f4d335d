// Package check holds what a method says and answers to the contract of package
// sdk. The host believes nothing that has not passed here, and the conformance
// suite shows a method's author the same judgement early.
//
// A [Fault] carries a code and arguments, not a sentence: the host has the sentence
// in the user's language.
package check
