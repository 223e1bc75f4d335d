// Package expr is the language of filters and hand-written rules:
//
//	monetary >= 2000 and recency_days < 90
//	city in ('上海', '北京') and not (email is missing or `home phone` = '')
//
// A test compares a column with a constant: = != < <= > >= (also == and <>), in (…),
// not in (…), is missing, is not missing. Tests are joined by and, or, not (also &&,
// || and !) and parentheses; not binds tighter than and, and tighter than or. true
// and false alone hold always and never. Keywords have no case; full-width
// punctuation is understood. Names with blanks or other signs stand in backquotes,
// texts in single or double quotes (doubled inside), dates are quoted as
// '2024-05-31'.
//
// Every test is true or false, nothing else: a missing value fails every comparison
// but !=, which is exactly not =. A number that is none (NaN) counts as missing. So
// an expression and its negation always share out all rows, which is what makes a
// set of rules provably total: [Prove] finds what no rule covers and what two cover,
// by reasoning over the predicates, without looking at a row. [FirstMatch] says how many
// rows each rule takes when the first that fits wins.
//
// Evaluation is pure and works column by column, 64 rows a word. Methods may use
// everything here; faults are [Error], with a sentence in both languages. The package
// imports sdk and sdk/table only.
package expr
