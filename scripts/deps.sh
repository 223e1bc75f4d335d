#!/bin/sh
# deps.sh GROUP…: installs the system packages of the groups build, run and test
# that are missing (Debian, Ubuntu and relatives). Elsewhere it names what is needed.
set -eu

# The shortest lists that a bare Debian needed, found by building in one.
build="gcc libc6-dev pkg-config ca-certificates libgl-dev libx11-dev libxrandr-dev libxxf86vm-dev libxi-dev libxcursor-dev libxinerama-dev"
run="libgl1 libgl1-mesa-dri" # the second draws where no graphics driver does
test="xvfb xdotool xclip python3 python3-xlib shellcheck postgresql"

if ! command -v go >/dev/null; then
	echo "Go is missing. Install Go 1.26 or later from https://go.dev/dl/ and see to it that 'go' is in PATH." >&2
	exit 1
fi

[ "$(uname -s)" = Linux ] || exit 0 # the compiler's own tool set is all that others need, see README.md

want=
for group in "$@"; do
	case $group in
	build) want="$want $build" ;;
	run) want="$want $run" ;;
	test) want="$want $test" ;;
	*) echo "deps.sh: no group $group (build, run, test)" >&2; exit 2 ;;
	esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "This system has no apt. The names below are Debian's; install their counterparts if the build misses something:" >&2
	echo " $want" >&2
	exit 0
fi

missing=
for p in $want; do
	status=$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || true)
	case $status in
	*' ok installed') ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

echo "System packages to install:$missing"
as=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Run this as root, then try again:" >&2
		echo "  apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	as=sudo
	if [ ! -t 0 ] || [ -n "${CI:-}" ]; then as="sudo -n"; fi # nobody there to type a password
fi

export DEBIAN_FRONTEND=noninteractive
apt() { $as env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" </dev/null; }

apt update || echo "The package lists could not be refreshed; trying with those that are here." >&2
case $missing in
*postgresql*) # the tests start a server of their own: no cluster, no service
	conf=/etc/postgresql-common/createcluster.conf
	if [ ! -e "$conf" ]; then
		$as mkdir -p "${conf%/*}"
		echo 'create_main_cluster = false' | $as tee "$conf" >/dev/null
	fi
	;;
esac
# shellcheck disable=SC2086 # a list of names
apt install -y --no-install-recommends $missing
