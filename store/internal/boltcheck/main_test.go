package boltcheck_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// TestMain also serves as the process in which bbolt opens files: a file that
// kills, hangs or panics it must not take the test along.
func TestMain(m *testing.M) {
	if os.Getenv("QX_BOLT_PROBE") != "" {
		os.Exit(probe(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// rounds returns how often a test repeats: QX_ROUNDS multiplies the short form.
func rounds(short int) int {
	n, err := strconv.Atoi(os.Getenv("QX_ROUNDS"))
	if err != nil || n <= 0 {
		return short
	}
	return short * max(1, n/25)
}

// probe reads names of files and answers each with a line: "ok <digest>" or what
// went wrong when bbolt opened, checked, walked and wrote it.
func probe(in io.Reader, out io.Writer) int {
	for lines := bufio.NewScanner(in); lines.Scan(); {
		fmt.Fprintln(out, use(lines.Text()))
	}
	return 0
}

func use(name string) (answer string) {
	defer func() {
		if r := recover(); r != nil {
			answer = fmt.Sprintf("panic %.80v", r)
		}
	}()
	db, err := bolt.Open(name, 0o600, &bolt.Options{
		Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoSync: true, NoGrowSync: true,
	})
	if err != nil {
		return "openerr " + err.Error()
	}
	defer db.Close()
	h := sha256.New()
	err = db.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			return fmt.Errorf("check: %w", err)
		}
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			fmt.Fprintf(h, "bucket %q", name)
			return walk(h, b)
		})
	})
	if err != nil {
		return "checkerr " + err.Error()
	}
	for i := range 20 {
		err := db.Update(func(tx *bolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("written"))
			if err != nil {
				return err
			}
			return b.Put(fmt.Appendf(nil, "k%d", i%7), make([]byte, 3000*i%9000))
		})
		if err != nil {
			return "writeerr " + err.Error()
		}
	}
	err = db.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		return nil
	})
	if err != nil {
		return "checkerr after writing: " + err.Error()
	}
	return fmt.Sprintf("ok %x", h.Sum(nil))
}

func walk(h hash.Hash, b *bolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		fmt.Fprintf(h, "%q:%d:", k, len(v))
		h.Write(v)
		if v != nil {
			return nil
		}
		sub := b.Bucket(k)
		if sub == nil {
			return fmt.Errorf("bucket %q is none", k)
		}
		return walk(h, sub)
	})
}
