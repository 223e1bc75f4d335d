// Package expr is the language of filters, package sdk/expr, with faults told as
// errors of the application ([core.Error]): same codes, texts in package i18n.
package expr
