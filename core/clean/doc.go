// Package clean changes what was imported by steps that can be replayed: drop these
// rows, put these spellings together, give that column another unit. The imported data
// are never changed; [Apply] returns others, which share the columns that no step touched.
//
//	imported data + [List] of steps ──Apply──► data that features are made from + an [Effect] per step
//
// A [Step] is a kind and its arguments, written as JSON into the project and hostile until
// [Step.Check] has passed it. Order matters and is kept. A step can be switched off, moved,
// changed and removed, and every such edit can be taken back ([List.Undo]). Steps name
// customers, columns and files by their names, so that they hold for data imported later; one
// that finds nothing to do says so in its Effect and is no error.
//
// Customers' codes keep their meaning: no step touches the customer dictionary of the
// transactions. A customer who was dropped has no rows any more, and one who was merged
// into another has given them away. The order of rows does not matter: which of two
// rows stays is decided by what is in them.
package clean
