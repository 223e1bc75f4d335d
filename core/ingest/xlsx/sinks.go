package xlsx

import (
	"bytes"

	"qunxiang/core/ingest/internal/record"
)

// gridSink writes the cells of wanted columns into a block.
type gridSink struct {
	g      *record.Grid
	slot   []int
	base   int
	number int
	filled bool
	long   bool
}

func (k *gridSink) begin(number int) {
	k.number, k.filled, k.long = number, false, false
	for s := range k.g.Start {
		k.g.Start[s], k.g.End[s] = append(k.g.Start[s], 0), append(k.g.End[s], 0)
	}
}

func (k *gridSink) cell(col int, text []byte) bool {
	if text[0] <= ' ' && len(bytes.TrimSpace(text)) == 0 {
		return true
	}
	k.filled = true
	if col >= len(k.slot) {
		k.long = true
		return col < maxFilled
	}
	s := k.slot[col]
	if s < 0 {
		return true
	}
	g := k.g
	n := len(g.Start[s]) - 1
	g.Start[s][n] = uint32(len(g.Data))
	g.Data = append(g.Data, text...)
	g.End[s][n] = uint32(len(g.Data))
	return true
}

func (k *gridSink) end() {
	g := k.g
	if !k.filled {
		for s := range g.Start {
			n := len(g.Start[s]) - 1
			g.Start[s], g.End[s] = g.Start[s][:n], g.End[s][:n]
		}
		return
	}
	if k.long {
		g.Long = append(g.Long, int32(g.Rows))
	}
	g.Line = append(g.Line, uint32(k.number-1-k.base))
	g.Rows++
}

// sampleSink keeps rows as text.
type sampleSink struct {
	rows []SampleRow
	row  SampleRow
}

func (k *sampleSink) begin(number int) { k.row = SampleRow{Number: number} }

func (k *sampleSink) cell(col int, text []byte) bool {
	if len(bytes.TrimSpace(text)) == 0 {
		return true
	}
	if col >= maxFilled {
		return false
	}
	for len(k.row.Cells) <= col {
		k.row.Cells = append(k.row.Cells, "")
	}
	k.row.Cells[col] = string(text)
	return true
}

func (k *sampleSink) end() {
	if len(k.row.Cells) > 0 {
		k.rows = append(k.rows, k.row)
	}
}

// noSink takes rows that are not wanted.
type noSink struct{}

func (noSink) begin(int)             {}
func (noSink) cell(int, []byte) bool { return true }
func (noSink) end()                  {}
