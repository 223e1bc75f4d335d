// Package core holds the words of the domain: Project, Source, Transactions,
// Segmentation, and the errors and messages that cross package borders.
//
// It imports the standard library and the public vocabulary of sdk and sdk/table,
// nothing else of ours: everything else imports it. Display text is never kept
// here: an [Error] and a [Message] carry a key and arguments, package i18n makes
// the sentence in the user's language.
package core
