#!/bin/sh
# run.sh [FILE…]: opens the window; where there is no display, says so and runs the demo.
set -eu
cd "$(dirname "$0")/.."

# display succeeds when a window can be expected to open.
display() {
	[ "$(uname -s)" = Linux ] || return 0
	case ${DISPLAY:-} in
	'') return 1 ;;
	:*) n=${DISPLAY#:}; [ -S "/tmp/.X11-unix/X${n%%.*}" ] ;;
	*) return 0 ;;
	esac
}

if display; then
	exec bin/qunxiang-app "$@"
fi
echo "There is no display here (DISPLAY is not set or nothing answers there), so no window can open."
echo "Running the same application without a window: bin/qunxiang demo"
exec bin/qunxiang demo
