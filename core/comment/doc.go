// Package comment turns what customers wrote into numbers: themes, sentiment, features
// of customers and quotes, in Chinese (both scripts) and English, without a network and
// without a model that was trained elsewhere.
//
// A text is folded (one script, one width, lower case), cut into clauses and tokens,
// and read in three ways:
//
//   - themes: an editable list of words ([Themes]); a text with one of the words counts;
//   - sentiment: by a lexicon with negation, degree and contrast ([Lexicon]), by a
//     classifier that learns from the user's own ratings, or, without ratings, by one
//     that learns from the lexicon's surest judgements (the way is chosen, and told why);
//   - quotes: short comments with personal data masked ([Quotes]).
//
// Everything is deterministic and follows from the texts, not from their order. The
// method, its sources and its measured accuracy are in docs/method/comments.md.
package comment
