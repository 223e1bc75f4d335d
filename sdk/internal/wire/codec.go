package wire

import (
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that this one builds on
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"qunxiang/sdk/internal/methodv1"
)

// Codec is gRPC's protobuf codec with a shorter way for table chunks: they are sent
// from the columns' own memory and, with a [Frame], received into it. The bytes on
// the wire are the same, so that either side may do without.
type Codec struct{ encoding.CodecV2 }

// NewCodec makes the codec.
func NewCodec() Codec { return Codec{encoding.GetCodecV2("proto")} }

// A Frame receives one message. A chunk is read into the table Into, where there is
// one and the message is laid out as usual: then Taken is set and Message left alone.
type Frame struct {
	Message proto.Message
	Into    *Assembler
	Taken   bool
	Err     error // why the chunk was refused; Taken is set as well
}

// Marshal implements encoding.CodecV2.
func (c Codec) Marshal(v any) (mem.BufferSlice, error) {
	m, _ := v.(proto.Message)
	if field, chunk := chunkOf(m); chunk != nil {
		return gather(field, chunk), nil
	}
	return c.CodecV2.Marshal(v)
}

// Unmarshal implements encoding.CodecV2.
func (c Codec) Unmarshal(data mem.BufferSlice, v any) error {
	f, ok := v.(*Frame)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	if f.Into != nil {
		if f.Taken, f.Err = f.Into.direct(data, chunkField(f.Message)); f.Taken {
			return nil
		}
	}
	return c.CodecV2.Unmarshal(data, f.Message)
}

// chunkField is the number of the chunk's field in the messages of the streams.
func chunkField(m proto.Message) protowire.Number {
	switch m.(type) {
	case *methodv1.FitRequest:
		return 2
	case *methodv1.FitResponse:
		return 4
	case *methodv1.ApplyRequest:
		return 3
	case *methodv1.ApplyResponse:
		return 4
	}
	return 0
}

// chunkOf returns the chunk that a message of a stream holds, nil where it holds none.
func chunkOf(m proto.Message) (protowire.Number, *methodv1.TableChunk) {
	switch m := m.(type) {
	case *methodv1.FitRequest:
		return chunkField(m), m.GetChunk()
	case *methodv1.FitResponse:
		return chunkField(m), m.GetRows()
	case *methodv1.ApplyRequest:
		return chunkField(m), m.GetChunk()
	case *methodv1.ApplyResponse:
		return chunkField(m), m.GetRows()
	}
	return 0, nil
}

// gather encodes the message whose field is the chunk as a list of buffers: small ones
// with tags and lengths, and between them the chunk's own.
func gather(field protowire.Number, c *methodv1.TableChunk) mem.BufferSlice {
	size := 0
	if c.RowOffset != 0 {
		size += 1 + protowire.SizeVarint(uint64(c.RowOffset))
	}
	if c.Rows != 0 {
		size += 1 + protowire.SizeVarint(uint64(c.Rows))
	}
	for _, b := range c.Columns {
		size += 1 + protowire.SizeBytes(bufferSize(b))
	}
	if c.Table != 0 {
		size += 1 + protowire.SizeVarint(uint64(c.Table))
	}
	out := make(mem.BufferSlice, 0, 2+3*len(c.Columns))
	head := protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.BytesType), uint64(size))
	if c.RowOffset != 0 {
		head = protowire.AppendVarint(protowire.AppendTag(head, 1, protowire.VarintType), uint64(c.RowOffset))
	}
	if c.Rows != 0 {
		head = protowire.AppendVarint(protowire.AppendTag(head, 2, protowire.VarintType), uint64(c.Rows))
	}
	for _, b := range c.Columns {
		head = protowire.AppendVarint(protowire.AppendTag(head, 3, protowire.BytesType), uint64(bufferSize(b)))
		for i, part := range [][]byte{b.Values, b.Validity, b.Heap} {
			if len(part) > 0 {
				head = protowire.AppendVarint(protowire.AppendTag(head, protowire.Number(i+1), protowire.BytesType), uint64(len(part)))
				out = append(out, mem.SliceBuffer(head), mem.SliceBuffer(part))
				head = nil
			}
		}
	}
	if c.Table != 0 {
		head = protowire.AppendVarint(protowire.AppendTag(head, 4, protowire.VarintType), uint64(c.Table))
	}
	if len(head) > 0 {
		out = append(out, mem.SliceBuffer(head))
	}
	return out
}

// bufferSize is the encoded size of a column's buffers.
func bufferSize(b *methodv1.ColumnBuffer) int {
	n := 0
	for _, part := range [][]byte{b.Values, b.Validity, b.Heap} {
		if len(part) > 0 {
			n += 1 + protowire.SizeBytes(len(part))
		}
	}
	return n
}
