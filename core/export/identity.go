package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
)

// Identity says what stands in the customer column of a list.
type Identity string

// The identities.
const (
	IdentityRaw       Identity = "raw"       // the customer key as imported: what a list is for
	IdentityPseudonym Identity = "pseudonym" // a short code that only the project's key can make
	IdentityNone      Identity = "none"      // nothing: the column is there and empty
)

// pseudonyms makes codes of customer keys. Not safe for concurrent use.
type pseudonyms struct {
	mac  hash.Hash
	text *base32.Encoding
	sum  []byte
}

func newPseudonyms(secret []byte) *pseudonyms {
	// Crockford's alphabet has no letters that are mistaken for digits.
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	return &pseudonyms{mac: hmac.New(sha256.New, secret), text: base32.NewEncoding(letters).WithPadding(base32.NoPadding)}
}

// append appends the code of a key: P and 16 characters, 80 bits of the
// HMAC-SHA256 of the key. The P keeps a spreadsheet from reading a number.
func (p *pseudonyms) append(b, key []byte) []byte {
	p.mac.Reset()
	_, _ = p.mac.Write(key) // a hash never fails
	p.sum = p.mac.Sum(p.sum[:0])
	b = append(b, 'P')
	return p.text.AppendEncode(b, p.sum[:10])
}

// Pseudonym returns the code that a list with IdentityPseudonym has for a key.
func Pseudonym(secret []byte, key string) string {
	return string(newPseudonyms(secret).append(nil, []byte(key)))
}
