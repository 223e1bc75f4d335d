// Package job ends the processes that this program starts together with it, by what
// Windows calls a job. There is nothing in it for other systems, where groups of processes
// and pipes do the same.
package job
