package methodv1_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	"qunxiang/sdk/internal/methodv1"
)

var update = flag.Bool("update", false, "add new fields to the golden description of the protocol")

// root is the project's, seen from this package.
const root = "../../.."

// TestGeneratedCodeIsCurrent runs the generator again and compares.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the code generators")
	}
	tool := filepath.Join(t.TempDir(), "protogen")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", tool, ".")
	build.Dir = filepath.Join(root, "tools", "protogen")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("the generator cannot be built here (it needs its modules): %v\n%s", err, out)
	}
	out := t.TempDir()
	abs, err := filepath.Abs(filepath.Join(root, "proto"))
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), tool, "-root", abs, "-out", out, "-module", "qunxiang", "qunxiang/method/v1/method.proto")
	run.Dir = build.Dir // where go.mod names the generators
	if b, err := run.CombinedOutput(); err != nil {
		t.Fatalf("generate: %v\n%s", err, b)
	}
	for _, name := range []string{"method.pb.go", "method_grpc.pb.go"} {
		want, err := os.ReadFile(filepath.Join(out, "sdk", "internal", "methodv1", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what the generator writes; run go generate ./sdk/internal/methodv1 (-want +got):\n%s", name, diff)
		}
	}
}

// TestProtocolOnlyGrows holds the protocol to its promise: no field, enum value or
// call that was ever committed changes its number, name or type, or goes away.
func TestProtocolOnlyGrows(t *testing.T) {
	t.Parallel()
	const golden = "testdata/protocol.txt"
	b, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	var old []string
	for line := range strings.Lines(string(b)) {
		old = append(old, strings.TrimSpace(line))
	}
	now := describe(methodv1.File_qunxiang_method_v1_method_proto)
	for _, line := range old {
		if !slices.Contains(now, line) {
			t.Errorf("the protocol lost or changed: %s", line)
		}
	}
	if t.Failed() {
		return
	}
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(now, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, line := range now {
		if !slices.Contains(old, line) {
			t.Errorf("new in the protocol: %s; run this test with -update", line)
		}
	}
}

// describe lists everything of a file that compatibility hangs on, a line each.
func describe(f protoreflect.FileDescriptor) []string {
	var out []string
	enum := func(list protoreflect.EnumDescriptors) {
		for i := range list.Len() {
			for j := range list.Get(i).Values().Len() {
				v := list.Get(i).Values().Get(j)
				out = append(out, fmt.Sprintf("enum %s %d %s", list.Get(i).FullName(), v.Number(), v.Name()))
			}
		}
	}
	var message func(protoreflect.MessageDescriptors)
	message = func(list protoreflect.MessageDescriptors) {
		for i := range list.Len() {
			m := list.Get(i)
			enum(m.Enums())
			message(m.Messages())
			for j := range m.Fields().Len() {
				out = append(out, "field "+field(m, m.Fields().Get(j)))
			}
		}
	}
	enum(f.Enums())
	message(f.Messages())
	for i := range f.Services().Len() {
		for j := range f.Services().Get(i).Methods().Len() {
			m := f.Services().Get(i).Methods().Get(j)
			out = append(out, fmt.Sprintf("call %s %s %v %s %v", m.FullName(), m.Input().FullName(), m.IsStreamingClient(), m.Output().FullName(), m.IsStreamingServer()))
		}
	}
	slices.Sort(out)
	return out
}

func field(m protoreflect.MessageDescriptor, f protoreflect.FieldDescriptor) string {
	kind := f.Kind().String()
	switch {
	case f.Message() != nil:
		kind = string(f.Message().FullName())
	case f.Enum() != nil:
		kind = string(f.Enum().FullName())
	}
	one := ""
	if o := f.ContainingOneof(); o != nil {
		one = " in " + string(o.Name())
	}
	return fmt.Sprintf("%s %d %s %s %s%s", m.FullName(), f.Number(), f.Name(), f.Cardinality(), kind, one)
}
