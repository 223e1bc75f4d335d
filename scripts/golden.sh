#!/bin/sh
# golden.sh: rewrites golden files from what the code does now. Look at the diff
# before committing it, and say so in the message.
set -eu
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
tags='ci migrated_fynedo'

# The -update flag exists only where a test declares it or uses internal/golden.
packages=$(git grep -l --untracked -e 'qunxiang/internal/golden"' -e 'Bool("update"' -- '*_test.go' |
	while read -r f; do echo "./$(dirname "$f")"; done | sort -u)
if [ -z "$packages" ]; then
	echo "No package has golden files."
	exit 0
fi
# shellcheck disable=SC2086 # a list of packages
go test -tags "$tags" -count=1 $packages -update
git status --short -- '*testdata*'
