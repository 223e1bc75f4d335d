package store

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"qunxiang/core"
)

// magicWord tells a project from any other bbolt file.
const magicWord = "qunxiang project"

// maxSlots bounds the list of slots in a hostile file.
const maxSlots = 16

// header is the one value outside the envelope: it has what is needed to open all
// others. Fields are only ever added.
type header struct {
	Magic  string `json:"magic"`
	Schema int    `json:"schema"`
	ID     []byte `json:"id"`            // 16 random bytes, part of every value's seal
	Slots  []slot `json:"slots"`         // ways to get the data key; at least one
	MAC    []byte `json:"mac,omitempty"` // HMAC under the data key of the header without this field
}

// slot holds the data key in one form. Kind "clear" keeps it as it is: integrity,
// no secrecy. Other kinds wrap it under a passphrase, a key chain or a recovery key;
// this version knows none of them but keeps and refuses them properly.
type slot struct {
	Kind   string          `json:"kind"`
	Key    []byte          `json:"key"`              // 32 bytes in a clear slot
	Params json.RawMessage `json:"params,omitempty"` // of the key derivation
}

const slotClear = "clear"

// newHeader makes the header of a new project without a passphrase, and its box.
func newHeader() (header, *box, error) {
	id, key := make([]byte, 16), make([]byte, 32)
	for _, b := range [][]byte{id, key} {
		if _, err := rand.Read(b); err != nil {
			return header{}, nil, fmt.Errorf("random key: %w", err)
		}
	}
	bx, err := newBox(id, key)
	if err != nil {
		return header{}, nil, err
	}
	h := header{Magic: magicWord, Schema: schemaVersion, ID: id, Slots: []slot{{Kind: slotClear, Key: key}}}
	h.MAC, err = h.mac(bx)
	return h, bx, err
}

func (h header) mac(b *box) ([]byte, error) {
	h.MAC = nil
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	return b.mac("header", text), nil
}

// parseHeader reads and verifies a header. It returns CodeNotAProject for another
// program's file, CodeNewer before anything else of a newer file is looked at,
// CodePassphrase when no slot is clear.
func parseHeader(op, path string, b []byte) (header, *box, error) {
	var h header
	var first struct {
		Magic  string `json:"magic"`
		Schema int    `json:"schema"`
	}
	if err := json.Unmarshal(b, &first); err != nil || first.Magic != magicWord {
		return h, nil, fail(op, path, fmt.Errorf("%w: header", errDamaged))
	}
	if first.Schema > schemaVersion {
		return h, nil, problem(CodeNewer, core.OriginData, op, path,
			core.Args{"schema": first.Schema, "known": schemaVersion})
	}
	if err := json.Unmarshal(b, &h); err != nil || h.Schema < 1 || len(h.ID) != 16 || len(h.Slots) == 0 || len(h.Slots) > maxSlots {
		return h, nil, fail(op, path, fmt.Errorf("%w: header fields", errDamaged))
	}
	for _, s := range h.Slots {
		if s.Kind != slotClear {
			continue
		}
		if len(s.Key) != 32 {
			return h, nil, fail(op, path, fmt.Errorf("%w: key slot", errDamaged))
		}
		bx, err := newBox(h.ID, s.Key)
		if err != nil {
			return h, nil, fail(op, path, err)
		}
		want, err := h.mac(bx)
		if err != nil || !hmac.Equal(want, h.MAC) {
			return h, nil, fail(op, path, fmt.Errorf("%w: header seal", errDamaged))
		}
		return h, bx, nil
	}
	return h, nil, problem(CodePassphrase, core.OriginUser, op, path, nil)
}
