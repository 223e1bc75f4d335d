// Package ahead fetches memory into the cache before it is used. Rows of purchases jump between
// a million customers, and nearly every jump is a wait for memory of a hundred nanoseconds; asked for early, a
// hundred waits pass at once. It is a hint: on processors without it here, nothing happens.
package ahead
