// Package feature turns transactions and customer attributes into one row of
// features per customer, as of a date and without looking past it.
//
// The features of transactions are those of [Names]. Conventions (product.md,
// "Conventions that are fixed"): recency counts whole calendar days back from the
// as-of date and an order on that date gives 0; later rows are left out; frequency
// counts distinct orders, not rows; money is net. Rows that a refund policy marks
// lower the money and count no order.
//
// Money is added as whole minor units, so the order of rows cannot change a sum.
package feature
