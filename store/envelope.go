package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// The envelope of every value: version | codec | nonce | ciphertext and tag.
const (
	envelopeVersion = 1
	nonceSize       = 12
	envelopeHead    = 2 + nonceSize
	tagSize         = 16
)

// Codecs of the plain text inside an envelope.
const (
	codecRaw  = 0
	codecS2   = 1 // documents, bitmaps: fast, no set-up
	codecZstd = 2 // characters of dictionaries: a third smaller than s2
)

// fewCharacters is how many are not worth the tables that zstd makes, half a megabyte on
// each side.
const fewCharacters = 16 << 10

// box seals and opens the values of one project. Safe for concurrent use.
type box struct {
	project []byte // file id, 16 bytes
	key     []byte
	aead    cipher.AEAD
	enc     func() (*zstd.Encoder, error)
	dec     func() (*zstd.Decoder, error)
	rooms   sync.Pool // of *room, in which blobs were read
}

// room is one in which blobs are read, to be put back.
func (b *box) room() *room {
	if r, ok := b.rooms.Get().(*room); ok {
		return r
	}
	return new(room)
}

func newBox(project, key []byte) (*box, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	return &box{
		project: project, key: key, aead: aead,
		// Most commands never meet a dictionary: both are made at first use.
		enc: sync.OnceValues(func() (*zstd.Encoder, error) {
			return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest),
				zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)), zstd.WithEncoderCRC(false),
				zstd.WithAllLitEntropyCompression(true)) // identifiers repeat characters, not words
		}),
		dec: sync.OnceValues(func() (*zstd.Decoder, error) {
			return zstd.NewReader(nil, zstd.WithDecoderConcurrency(runtime.GOMAXPROCS(0)),
				zstd.WithDecoderMaxMemory(maxBlob), zstd.WithDecoderLowmem(true))
		}),
	}, nil
}

// aad binds a value to its place: moved to another key, bucket or project, or
// relabelled with another codec, it does not open.
func (b *box) aad(bucket string, key []byte, version, codec byte) []byte {
	a := make([]byte, 0, len(b.project)+len(bucket)+len(key)+8)
	a = append(a, b.project...)
	a = append(binary.AppendUvarint(a, uint64(len(bucket))), bucket...)
	a = append(binary.AppendUvarint(a, uint64(len(key))), key...)
	return append(a, version, codec)
}

// seal returns the envelope of plain for its place. plain is neither kept nor changed.
func (b *box) seal(bucket string, key, plain []byte, codec byte) ([]byte, error) {
	buf := make([]byte, envelopeHead, envelopeHead+len(plain)+tagSize)
	return b.sealBuffer(bucket, key, append(buf, plain...), codec)
}

// sealBuffer is seal for a plain text behind envelopeHead bytes of room: without
// compression it is sealed where it stands. It compresses with the codec and falls
// back to none where that does not pay. The result may share buf's memory.
func (b *box) sealBuffer(bucket string, key, buf []byte, codec byte) ([]byte, error) {
	out, codec, err := b.compress(buf, codec)
	if err != nil {
		return nil, err
	}
	out[0], out[1] = envelopeVersion, codec
	if _, err := rand.Read(out[2:envelopeHead]); err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	return b.aead.Seal(out[:envelopeHead], out[2:envelopeHead], out[envelopeHead:], b.aad(bucket, key, envelopeVersion, codec)), nil
}

// compress returns buf with its plain text compressed, or as it is, and the codec.
func (b *box) compress(buf []byte, codec byte) ([]byte, byte, error) {
	plain := buf[envelopeHead:]
	if codec == codecZstd && len(plain) < fewCharacters {
		codec = codecRaw
	}
	var out []byte
	switch codec {
	case codecS2:
		out = make([]byte, envelopeHead+s2.MaxEncodedLen(len(plain)))
		out = out[:envelopeHead+len(s2.Encode(out[envelopeHead:], plain))]
	case codecZstd:
		enc, err := b.enc()
		if err != nil {
			return nil, 0, fmt.Errorf("compress: %w", err)
		}
		out = enc.EncodeAll(plain, make([]byte, envelopeHead, envelopeHead+len(plain)/2+64))
	default:
		return buf, codecRaw, nil
	}
	if len(out)-envelopeHead > len(plain)-len(plain)/16 {
		return buf, codecRaw, nil
	}
	return out, codec, nil
}

// open returns the plain text of an envelope, at most limit bytes. When owned, the
// envelope's own memory is reused; room, which may be nil, takes what grows when it is
// expanded. Every failure wraps errDamaged.
func (b *box) open(bucket string, key, envelope []byte, limit int, owned bool, room []byte) ([]byte, error) {
	if len(envelope) < envelopeHead+tagSize || envelope[0] != envelopeVersion || envelope[1] > codecZstd {
		return nil, fmt.Errorf("%w: envelope", errDamaged)
	}
	codec, body := envelope[1], envelope[envelopeHead:]
	var dst []byte
	if owned {
		dst = body[:0]
	}
	plain, err := b.aead.Open(dst, envelope[2:envelopeHead], body, b.aad(bucket, key, envelopeVersion, codec))
	if err != nil {
		return nil, fmt.Errorf("%w: seal", errDamaged)
	}
	return b.expand(plain, codec, limit, room)
}

func (b *box) expand(plain []byte, codec byte, limit int, room []byte) ([]byte, error) {
	switch codec {
	case codecS2:
		n, err := s2.DecodedLen(plain)
		if err != nil || n > limit {
			return nil, fmt.Errorf("%w: s2 length", errDamaged)
		}
		out, err := s2.Decode(roomFor(room, n), plain)
		if err != nil {
			return nil, fmt.Errorf("%w: s2: %w", errDamaged, err)
		}
		return out, nil
	case codecZstd:
		dec, err := b.dec()
		if err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		out, err := dec.DecodeAll(plain, room[:0])
		if err != nil || len(out) > limit {
			return nil, fmt.Errorf("%w: zstd", errDamaged)
		}
		return out, nil
	}
	if len(plain) > limit {
		return nil, fmt.Errorf("%w: %d bytes", errDamaged, len(plain))
	}
	return plain, nil
}

// mac returns HMAC-SHA256 of a text for one purpose under the data key.
func (b *box) mac(purpose string, text []byte) []byte {
	h := hmac.New(sha256.New, b.key)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(text)
	return h.Sum(nil)
}

// settingKey is the opaque key of a setting's name.
func (b *box) settingKey(name string) []byte {
	return b.mac("setting", []byte(name))[:settingKeyed]
}
