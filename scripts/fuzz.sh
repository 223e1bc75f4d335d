#!/bin/sh
# fuzz.sh: every fuzz target for $FUZZTIME (30s), then the long forms of the tests
# that `make test` runs shortened (QX_ROUNDS=1000: kills, power cuts, mutations).
set -eu
cd "$(dirname "$0")/.."
FUZZTIME=${FUZZTIME:-30s}
export CGO_ENABLED=0
tags='ci migrated_fynedo'

git grep -l --untracked '^func Fuzz' -- '*_test.go' | while read -r file; do
	dir=$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		echo "== ./$dir $target"
		go test -tags "$tags" -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" "./$dir" </dev/null
	done
done

echo "== long forms"
QX_ROUNDS=${QX_ROUNDS:-1000} go test -tags "$tags" -count=1 -timeout 120m ./store/...
