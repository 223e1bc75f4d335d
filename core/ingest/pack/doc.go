// Package pack reads archives: gzip, bzip2 and zstd, and ZIP with any number of files. What
// comes out is bounded in its size and in how much it may expand, whatever the archive
// says of itself; checksums are checked, and an archive that is cut off is an error after
// what could be read. An archive within an archive is refused by who opens what is inside.
package pack
