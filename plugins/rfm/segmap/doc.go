// Package segmap reads and proves segment maps: which segment each combination of
// recency, frequency and monetary scores belongs to.
//
// A map is a short text, one segment a line:
//
//	# comment
//	scores=5                 (optional: the number of scores the map is drawn for)
//	first-match              (optional: the first line that fits a cell wins)
//	champions,冠军客户,Champions,5[45]
//	loyal,忠诚客户,Loyal,[34][45] [3-4]3
//	other,其他,Other,*
//
// The fields are a key, the Chinese and the English name, and patterns separated by
// blanks. A pattern has one place for the recency score, one for the frequency score
// and, if it likes, one for the monetary score; a place is a digit, a set such as
// [45] or [3-5], or a dot for any score. The pattern * stands for every cell that is
// left. Without it a map must cover every cell, and without first-match no cell twice.
//
// The package is pure and imports the standard library only.
package segmap
