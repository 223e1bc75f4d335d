// Package basket is the method "basket": association rules ("who buys A also buys B")
// for all customers or for each of given groups, and for every customer the next thing
// to offer that they do not own yet. It makes no segments.
//
// Measures and limits are in docs/method/basket.md. Sources: Agrawal, Imieliński and
// Swami 1993, SIGMOD, 207 (support, confidence); Brin, Motwani, Ullman and Tsur 1997,
// SIGMOD, 255 (lift, conviction); Zaki 2000, IEEE TKDE 12, 372 (search by lists of
// baskets).
package basket
