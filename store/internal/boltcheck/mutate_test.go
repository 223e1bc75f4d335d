package boltcheck_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"qunxiang/store/internal/boltcheck"
)

var limits = boltcheck.Limits{MaxFile: 1 << 34, MaxDepth: 64, MaxKeys: 1 << 26, MaxBuckets: 1 << 20}

// shapes are files of different structure, as bytes up to the high-water mark.
func shapes(t *testing.T) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"buckets nested and inline": makeFile(t, func(r *rand.Rand, tx *bolt.Tx, i int) error {
			for _, name := range []string{"columns", "history", "segments", "settings"} {
				b, err := tx.CreateBucketIfNotExists([]byte(name))
				if err != nil {
					return err
				}
				for j := range 12 {
					v := make([]byte, r.IntN(200))
					if name == "columns" && j == 0 {
						v = make([]byte, 9000)
					}
					if err := b.Put(fmt.Appendf(nil, "%s-%03d", name, r.IntN(150)), v); err != nil {
						return err
					}
				}
				s, err := b.CreateBucketIfNotExists(fmt.Appendf(nil, "sub-%d", i%4))
				if err != nil {
					return err
				}
				if err := s.Put(fmt.Appendf(nil, "a%d", i), []byte("value")); err != nil {
					return err
				}
			}
			return nil
		}),
		"a project: few large values": makeFile(t, func(r *rand.Rand, tx *bolt.Tx, i int) error {
			for _, name := range []string{"\x01", "\x02", "\x03", "\x04"} {
				b, err := tx.CreateBucketIfNotExists([]byte(name))
				if err != nil {
					return err
				}
				if err := b.Put([]byte("\x01"), make([]byte, 100+r.IntN(3000))); err != nil {
					return err
				}
			}
			return tx.Bucket([]byte("\x03")).Put(binary.BigEndian.AppendUint64(nil, uint64(i)), make([]byte, r.IntN(40000)))
		}),
		"three levels": makeFile(t, func(r *rand.Rand, tx *bolt.Tx, i int) error {
			b, err := tx.CreateBucketIfNotExists([]byte("deep"))
			if err != nil {
				return err
			}
			for j := range 120 { // long keys make branch pages narrow
				if err := b.Put(fmt.Appendf(nil, "%0600d", 1000*i+j*7%1000), []byte{byte(r.Int())}); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

func makeFile(t *testing.T, fill func(r *rand.Rand, tx *bolt.Tx, i int) error) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "base")
	db, err := bolt.Open(name, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true, PageSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 12 {
		if err := db.Update(func(tx *bolt.Tx) error { return fill(r, tx, i) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := check(b)
	if err != nil {
		t.Fatalf("sound file refused: %v", err)
	}
	return b[:in.Pages*in.PageSize]
}

func check(b []byte) (boltcheck.Info, error) {
	return boltcheck.Walk(bytes.NewReader(b), int64(len(b)), limits, func(it boltcheck.Item) error {
		if it.Offset < 0 || it.Offset+it.Size > int64(len(b)) {
			return errors.New("value outside the file")
		}
		return nil
	})
}

// cut shortens the file.
func cut(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }

// flip changes up to three bits.
func flip(r *rand.Rand, b []byte) []byte {
	for range 1 + r.IntN(3) {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
	}
	return b
}

// craft puts hostile numbers into the fields of meta pages, page headers and
// element tables, and makes the checksums of the meta pages right again.
func craft(r *rand.Rand, b []byte) []byte {
	le := binary.LittleEndian
	pages := len(b) / 4096
	hostile := []uint64{
		0, 1, 2, 3, 4, 5, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, 1 << 48, 1 << 62, 1<<63 - 1, 1 << 63,
		^uint64(0), uint64(pages), uint64(pages - 1),
	}
	metaFields := [][2]int{{0, 8}, {8, 2}, {24, 4}, {32, 8}, {40, 8}, {48, 8}, {56, 8}, {64, 8}}
	pageFields := [][2]int{{0, 8}, {8, 2}, {10, 2}, {12, 4}}
	for range 1 + r.IntN(2) {
		page := r.IntN(pages)
		if r.IntN(4) == 0 {
			page = r.IntN(2)
		}
		var at [2]int
		switch {
		case page < 2:
			at = metaFields[r.IntN(len(metaFields))]
		case r.IntN(2) == 0:
			at = pageFields[r.IntN(len(pageFields))]
		default:
			n := int(le.Uint16(b[page*4096+10:]))
			if n == 0 || n > 200 {
				n = 4
			}
			at = [2]int{16 + 16*r.IntN(n) + 4*r.IntN(4), 4}
		}
		v := hostile[r.IntN(len(hostile))]
		if r.IntN(3) == 0 {
			v = uint64(r.IntN(pages))
		}
		copy(b[page*4096+at[0]:page*4096+at[0]+at[1]], le.AppendUint64(nil, v))
	}
	for page := range 2 {
		p := b[page*4096+16:]
		h := fnv.New64a()
		h.Write(p[:56])
		le.PutUint64(p[56:], h.Sum64())
	}
	return b
}

// TestWhatIsAcceptedIsSafe holds the checker to its promise: bbolt opens, checks,
// walks and writes every file that it accepts, without crash, hang, panic or error.
func TestWhatIsAcceptedIsSafe(t *testing.T) {
	t.Parallel()
	for shape, base := range shapes(t) {
		for kind, mutate := range map[string]func(*rand.Rand, []byte) []byte{"cut": cut, "flip": flip, "craft": craft} {
			t.Run(shape+"/"+kind, func(t *testing.T) {
				t.Parallel()
				p := &prober{}
				defer p.stop()
				name := filepath.Join(t.TempDir(), "mutant")
				r := rand.New(rand.NewPCG(uint64(len(base)), 3))
				accepted, n := 0, rounds(250)
				for i := range n {
					b := mutate(r, bytes.Clone(base))
					if _, err := check(b); err != nil {
						if !errors.Is(err, boltcheck.ErrDamaged) && !errors.Is(err, boltcheck.ErrNotBolt) {
							t.Fatalf("mutant %d: unexpected error %v", i, err)
						}
						continue
					}
					accepted++
					if err := os.WriteFile(name, b, 0o600); err != nil {
						t.Fatal(err)
					}
					if answer := p.ask(t, name); !strings.HasPrefix(answer, "ok ") {
						t.Fatalf("mutant %d was accepted, bbolt says %s", i, answer)
					}
				}
				t.Logf("%d of %d mutants accepted, all safe", accepted, n)
			})
		}
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	t.Parallel()
	for shape, base := range shapes(t) {
		step := max(1, 509/rounds(1))
		for n := 0; n < len(base); n += step {
			if _, err := check(base[:n]); err == nil {
				t.Fatalf("%s: accepted after %d of %d bytes", shape, n, len(base))
			}
		}
	}
}

// TestVisitsWhatBoltHolds compares the walk with bbolt's own.
func TestVisitsWhatBoltHolds(t *testing.T) {
	t.Parallel()
	for shape, base := range shapes(t) {
		name := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(name, base, 0o600); err != nil {
			t.Fatal(err)
		}
		var got, want strings.Builder
		in, err := boltcheck.Walk(bytes.NewReader(base), int64(len(base)), limits, func(it boltcheck.Item) error {
			if it.Depth == 0 {
				fmt.Fprintf(&got, "%q %q %x\n", it.Bucket, it.Key, base[it.Offset:it.Offset+it.Size])
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		db, err := bolt.Open(name, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *bolt.Tx) error {
			if int64(tx.DB().Info().PageSize) != in.PageSize || uint64(tx.ID()) != in.Txid {
				t.Errorf("%s: %+v, bbolt says page size %d, transaction %d", shape, in, tx.DB().Info().PageSize, tx.ID())
			}
			return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					if v != nil {
						fmt.Fprintf(&want, "%q %q %x\n", name, k, v)
					}
					return nil
				})
			})
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%s: the walk and bbolt disagree", shape)
		}
	}
}

// TestTakingBackACommit makes what a disk leaves that lied about writing: the newest
// meta page without some of its data. Wiping that meta page gives the state before.
func TestTakingBackACommit(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "f")
	db, err := bolt.Open(name, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true, PageSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := &prober{}
	defer p.stop()
	r := rand.New(rand.NewPCG(1, 2))
	var pre []byte
	lied := 0
	for range rounds(40) {
		err := db.Update(func(tx *bolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("b"))
			if err != nil {
				return err
			}
			for range 8 {
				if err := b.Put(fmt.Appendf(nil, "%03d", r.IntN(150)), make([]byte, r.IntN(9000))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		post, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if pre != nil {
			lied += takeBack(t, p, r, pre, post)
		}
		pre = post
	}
	t.Logf("%d images recovered", lied)
}

func takeBack(t *testing.T, p *prober, r *rand.Rand, pre, post []byte) int {
	t.Helper()
	img, base := bytes.Clone(post), make([]byte, len(post))
	copy(base, pre)
	changed := 0
	for page := 2; page < len(img)/4096; page++ {
		at := img[page*4096 : (page+1)*4096]
		if old := base[page*4096 : (page+1)*4096]; !bytes.Equal(at, old) && r.IntN(2) == 0 {
			copy(at, old)
			changed++
		}
	}
	if changed == 0 {
		return 0
	}
	at, before, err := boltcheck.NewestMeta(bytes.NewReader(img), int64(len(img)))
	if err != nil || !before {
		t.Fatalf("newest meta page: %v, one before: %v", err, before)
	}
	clear(img[at : at+boltcheck.MetaSize])
	if _, err := check(img); err != nil {
		t.Fatalf("state before the commit refused: %v", err)
	}
	dir := t.TempDir()
	var answers [2]string
	for i, b := range [][]byte{pre, img} {
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		answers[i] = p.ask(t, name)
	}
	if answers[0] != answers[1] {
		t.Fatalf("state before the commit differs: %s, %s", answers[0], answers[1])
	}
	return 1
}

func FuzzWalk(f *testing.F) {
	for _, b := range [][]byte{{}, make([]byte, 4096), bytes.Repeat([]byte{0xff}, 8192)} {
		f.Add(b)
	}
	name := filepath.Join(f.TempDir(), "seed")
	db, err := bolt.Open(name, 0o600, &bolt.Options{PageSize: 4096, NoSync: true})
	if err != nil {
		f.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		if err != nil {
			return err
		}
		return b.Put([]byte("k"), make([]byte, 5000))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		lim := boltcheck.Limits{MaxFile: 1 << 24, MaxDepth: 16, MaxKeys: 1 << 16, MaxBuckets: 64}
		_, err := boltcheck.Walk(bytes.NewReader(b), int64(len(b)), lim, nil)
		if err != nil && !errors.Is(err, boltcheck.ErrDamaged) && !errors.Is(err, boltcheck.ErrNotBolt) {
			t.Fatalf("unexpected error %v", err)
		}
	})
}
