package wire_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

// split cuts bytes into buffers of n, as a connection does at odd places.
func split(b []byte, n int) mem.BufferSlice {
	var out mem.BufferSlice
	for len(b) > n {
		out = append(out, mem.SliceBuffer(b[:n]))
		b = b[n:]
	}
	return append(out, mem.SliceBuffer(b))
}

// messages wraps a chunk in every message that carries one.
func messages(c *methodv1.TableChunk) map[proto.Message]proto.Message {
	return map[proto.Message]proto.Message{
		&methodv1.FitRequest{Event: &methodv1.FitRequest_Chunk{Chunk: c}}:     &methodv1.FitRequest{},
		&methodv1.FitResponse{Event: &methodv1.FitResponse_Rows{Rows: c}}:     &methodv1.FitResponse{},
		&methodv1.ApplyRequest{Event: &methodv1.ApplyRequest_Chunk{Chunk: c}}: &methodv1.ApplyRequest{},
		&methodv1.ApplyResponse{Event: &methodv1.ApplyResponse_Rows{Rows: c}}: &methodv1.ApplyResponse{},
	}
}

// TestCodecIsProtobuf: the short way writes the same bytes and reads the same table.
func TestCodecIsProtobuf(t *testing.T) {
	t.Parallel()
	codec := wire.NewCodec()
	rapid.Check(t, func(t *rapid.T) {
		v := anyTable(t, 300)
		cut := rapid.IntRange(1, 100).Draw(t, "cut")
		for c := range wire.Chunks(v) {
			for m, empty := range messages(c) {
				want, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				got, err := codec.Marshal(m)
				if err != nil || !bytes.Equal(want, got.Materialize()) {
					t.Fatalf("%T: %v (-want +got):\n%s", m, err, cmp.Diff(want, got.Materialize()))
				}
				a, err := wire.NewAssembler(wire.FromSchema(v, v.Rows), 1<<30)
				if err != nil {
					t.Fatal(err)
				}
				f := wire.Frame{Message: empty, Into: a}
				if err := codec.Unmarshal(split(want, cut), &f); err != nil || f.Err != nil || !f.Taken && len(v.Columns) > 0 {
					t.Fatalf("%T: taken %v: %v %v", m, f.Taken, err, f.Err)
				}
				if !f.Taken {
					continue // rows of no columns
				}
				if back, err := a.Table(); err != nil || !sameTable(v, back) {
					t.Fatalf("%T: %v:\n%s", m, err, cmp.Diff(v, back, same))
				}
			}
		}
	})
}

// TestCodecTakesOtherMessages: what is not a chunk, or laid out otherwise, comes the
// usual way.
func TestCodecTakesOtherMessages(t *testing.T) {
	t.Parallel()
	codec := wire.NewCodec()
	v := &table.Table{Rows: 1, Columns: []table.Column{{Name: "a", Kind: table.Float64, Floats: []float64{7}}}}
	progress := &methodv1.FitResponse{Event: &methodv1.FitResponse_Progress{Progress: &methodv1.Progress{Fraction: 0.5}}}
	usual, err := proto.Marshal(progress)
	if err != nil {
		t.Fatal(err)
	}
	// The same chunk with the rows after the column: legal, but not what we write.
	values := append([]byte{1<<3 | 2, 8}, make([]byte, 8)...)
	chunk := append(append([]byte{3<<3 | 2, byte(len(values))}, values...), 2<<3, 1)
	odd := append([]byte{4<<3 | 2, byte(len(chunk))}, chunk...)
	for name, b := range map[string][]byte{"progress": usual, "another order": odd} {
		a, err := wire.NewAssembler(wire.FromSchema(v, 1), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		m := &methodv1.FitResponse{}
		f := wire.Frame{Message: m, Into: a}
		if err := codec.Unmarshal(split(b, 3), &f); err != nil || f.Taken {
			t.Errorf("%s: %v, taken %v", name, err, f.Taken)
		}
		if m.GetRows() == nil && m.GetProgress() == nil {
			t.Errorf("%s: nothing came", name)
		}
		if r := m.GetRows(); r != nil && a.Add(r) != nil {
			t.Errorf("%s: refused", name)
		}
	}
}

// FuzzChunk feeds anything to the short way: it must agree with the long one.
func FuzzChunk(f *testing.F) {
	v := &table.Table{Rows: 3, Columns: []table.Column{
		{Name: "f", Kind: table.Float64, Floats: []float64{1, 2, 3}, Valid: table.Bits{5}},
		{Name: "c", Kind: table.Category, Codes: []uint32{0, 1, 0}, Dict: []string{"x", "y"}},
		{Name: "b", Kind: table.Bool, Ints: []int64{0, 1, 0}},
		{Name: "s", Kind: table.String, Strings: []string{"a", "", "群"}},
	}}
	codec := wire.NewCodec()
	for c := range wire.Chunks(v) {
		b, err := codec.Marshal(&methodv1.FitResponse{Event: &methodv1.FitResponse_Rows{Rows: c}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b.Materialize())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		short := assembler(t, v)
		frame := wire.Frame{Message: &methodv1.FitResponse{}, Into: short}
		err := codec.Unmarshal(split(b, 5), &frame)
		if err != nil || !frame.Taken || frame.Err != nil {
			return
		}
		var m methodv1.FitResponse
		long := assembler(t, v)
		if err := proto.Unmarshal(b, &m); err != nil {
			t.Fatalf("the long way cannot read what the short one took: %v", err)
		}
		if err := long.Add(m.GetRows()); err != nil {
			t.Fatalf("the long way refuses what the short one took: %v", err)
		}
		want, err := long.Table()
		got, err2 := short.Table()
		if (err == nil) != (err2 == nil) || err == nil && !sameTable(want, got) {
			t.Fatalf("%v, %v:\n%s", err, err2, cmp.Diff(want, got, same))
		}
	})
}

func assembler(t *testing.T, v *table.Table) *wire.Assembler {
	t.Helper()
	a, err := wire.NewAssembler(wire.FromSchema(v, v.Rows), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
