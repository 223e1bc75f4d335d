// Package lifecycle says where each customer is in their life with the business: new,
// growing, mature, declining, dormant or lost, judged by the customer's own rhythm.
//
// A customer's expected gap is the median of the gaps between their purchase days,
// shrunk on the log scale towards the population (or their group) by an empirical-Bayes
// estimate; who bought once has the population's. The overdue ratio, days since the
// last purchase over the expected gap, makes somebody dormant or lost; among the rest a
// test for trend of the purchase days (Laplace) and the amounts tell growing from
// declining. The same rules with one gap for all are the fixed rule of N days.
//
// The method tests itself: it takes the last period away, predicts who buys in it, and
// says whether the personal rhythm does better than a fixed number of days.
// docs/method/lifecycle.md has the formulas with a worked example.
package lifecycle
