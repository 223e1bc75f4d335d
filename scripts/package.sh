#!/bin/sh
# package.sh: makes dist/ from the tree as it is.
#   qunxiang-VERSION-OS-ARCH.tar.gz  window and command for this system
#   qunxiang-command-VERSION-…       the command alone for other systems (needs no cgo)
# With a MinGW compiler (gcc-mingw-w64-x86-64) the Windows window is made as well.
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
os=$(go env GOOS) arch=$(go env GOARCH)
tags=migrated_fynedo
[ "$os" = linux ] && tags="x11 $tags" # desktop OpenGL for releases, see docs/adr/0003
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p dist

# papers DIR: what goes with every archive, including the licences of what is linked in.
papers() {
	cp README.md CHANGELOG.md LICENSE "$1/"
	mkdir -p "$1/licenses"
	go list -deps -tags "$tags" -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/app ./cmd/qunxiang | sort -u |
		while read -r path dir; do
			for f in "$dir"/LICEN[SC]E* "$dir"/COPYING* "$dir"/NOTICE*; do
				[ -f "$f" ] || continue
				mkdir -p "$1/licenses/$path"
				cp "$f" "$1/licenses/$path/"
				chmod u+w "$1/licenses/$path/$(basename "$f")"
			done
		done
}

name=qunxiang-$version-$os-$arch
mkdir "$stage/$name"
papers "$stage/$name"
CGO_ENABLED=0 go build -ldflags "-s -w -X main.version=$version" -o "$stage/$name/qunxiang" ./cmd/qunxiang
CGO_ENABLED=1 go build -tags "$tags" -ldflags "-s -w -X main.version=$version" -o "$stage/$name/qunxiang-app" ./cmd/app
if [ "$os" = linux ]; then
	cp assets/icon.png "$stage/$name/qunxiang.png"
	cat >"$stage/$name/qunxiang.desktop" <<-'END'
		[Desktop Entry]
		Type=Application
		Name=Qunxiang
		Name[zh_CN]=群像
		Comment=Find the segments in your own customer records, offline
		Comment[zh_CN]=离线分析自己的客户数据，找出客群
		Exec=qunxiang-app %F
		Icon=qunxiang
		Categories=Office;Finance;DataVisualization;
	END
fi
tar -C "$stage" -czf "dist/$name.tar.gz" "$name"

for target in linux/amd64 linux/arm64 windows/amd64 darwin/arm64 darwin/amd64; do
	o=${target%/*} a=${target#*/}
	name=qunxiang-command-$version-$o-$a
	mkdir "$stage/$name"
	papers "$stage/$name"
	ext=
	[ "$o" = windows ] && ext=.exe
	GOOS=$o GOARCH=$a CGO_ENABLED=0 go build -ldflags "-s -w -X main.version=$version" -o "$stage/$name/qunxiang$ext" ./cmd/qunxiang
	tar -C "$stage" -czf "dist/$name.tar.gz" "$name"
done

if [ "$os" = linux ] && command -v x86_64-w64-mingw32-gcc >/dev/null; then
	name=qunxiang-$version-windows-amd64
	mkdir "$stage/$name"
	papers "$stage/$name"
	GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc \
		go build -tags migrated_fynedo -ldflags "-s -w -H=windowsgui -X main.version=$version" -o "$stage/$name/qunxiang-app.exe" ./cmd/app
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go build -ldflags "-s -w -X main.version=$version" -o "$stage/$name/qunxiang.exe" ./cmd/qunxiang
	tar -C "$stage" -czf "dist/$name.tar.gz" "$name"
fi
(cd dist && sha256sum ./*.tar.gz >SHA256SUMS)
ls -l dist
