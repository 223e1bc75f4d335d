// Package wire converts between the types of package sdk, which people write
// against, and the messages of the protocol, which travel. The converters are pure;
// those that read messages take anything that decodes, from friend or foe, without
// panicking, and leave the judgement of the content to package check.
//
// Tables travel as [Chunks] and are put together again by an [Assembler]. Buffers
// are sent from a column's own memory and received into it: values are copied once,
// by the transport.
package wire
