// Package tiers puts customers on a ladder of membership tiers by one column: entry at
// a threshold, stay at a share of it, and grace before a downgrade.
//
// Each tier is judged by itself, as a switch with hysteresis. With v(t) the value on day
// t, a customer holds the tier from the first day with v ≥ from, and loses it when v has
// been below keep_ratio × from for grace_days in a row; the tier is the highest that
// is held. Tiers are nested by construction (who holds one holds all below it), and
// more grace or a smaller keep_ratio never puts anybody lower. History comes from the
// long table of orders; without it only today's value counts. docs/method/tiers.md has
// the whole story with a worked example.
package tiers
