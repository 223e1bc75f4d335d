// Command protogen turns the .proto files of the project into Go without protoc: the
// compiler and both generators come from the module proxy at the versions in go.mod.
//
// Usage, from the project root:
//
//	go -C tools/protogen run . -root ../../proto -out ../.. -module qunxiang qunxiang/method/v1/method.proto
//
// Every generated file is written to OUT under its Go package path without MODULE.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// generators are the tools named in go.mod, run in this order.
var generators = [...]string{
	"google.golang.org/protobuf/cmd/protoc-gen-go",
	"google.golang.org/grpc/cmd/protoc-gen-go-grpc",
}

func main() {
	root := flag.String("root", "", "directory that imports are relative to")
	out := flag.String("out", "", "directory of the Go module")
	module := flag.String("module", "", "path of the Go module")
	flag.Parse()
	if err := generate(context.Background(), *root, *out, *module, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "protogen:", err)
		os.Exit(1)
	}
}

func generate(ctx context.Context, root, out, module string, files []string) error {
	c := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: []string{root}}),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	compiled, err := c.Compile(ctx, files...)
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	request, err := proto.Marshal(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: files,
		Parameter:      proto.String("module=" + module),
		ProtoFile:      withImports(compiled),
	})
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	for _, g := range generators {
		if err := run(ctx, g, request, out); err != nil {
			return fmt.Errorf("%s: %w", g, err)
		}
	}
	return nil
}

// withImports lists the files and all that they import, imports first.
func withImports(files linker.Files) []*descriptorpb.FileDescriptorProto {
	var out []*descriptorpb.FileDescriptorProto
	seen := map[string]bool{}
	var add func(f protoreflect.FileDescriptor)
	add = func(f protoreflect.FileDescriptor) {
		if seen[f.Path()] {
			return
		}
		seen[f.Path()] = true
		for i := range f.Imports().Len() {
			add(f.Imports().Get(i).FileDescriptor)
		}
		out = append(out, protoutil.ProtoFromFileDescriptor(f))
	}
	for _, f := range files {
		add(f)
	}
	return out
}

// run feeds the request to one generator and writes the files that it answers with.
func run(ctx context.Context, generator string, request []byte, out string) error {
	cmd := exec.CommandContext(ctx, "go", "tool", generator)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(request), os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	var answer pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(b, &answer); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	if answer.Error != nil {
		return errors.New(*answer.Error)
	}
	for _, f := range answer.File {
		name := filepath.Join(out, filepath.FromSlash(f.GetName()))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(f.GetContent()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
