#!/bin/sh
# fuzz.sh: every fuzz target for $FUZZTIME (30s), then the long forms of the tests
# that `make test` runs shortened (QX_ROUNDS=1000: kills, power cuts, mutations; 100,000 mutations of files of every format) or
# leaves out (a hundred seeds of noise, cancelling at a million customers).
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
QUNXIANG_MUTATIONS=${QUNXIANG_MUTATIONS:-100000} go test -tags "$tags" -count=1 -timeout 120m -v -run Hostile ./core/ingest
QUNXIANG_SLOW=1 go test -tags "$tags" -count=1 -timeout 60m -run 'StructureVerdict|FindsFive|Cancelled' ./plugins/kmeans ./plugins/dtree ./plugins/mixed
QUNXIANG_SLOW=1 go test -tags "$tags" -count=1 -timeout 30m -run 'RealFile|Accuracy' ./core/ingest ./core/comment
QUNXIANG_LONG=1 go test -tags "$tags" -count=1 -timeout 60m ./core/database
QUNXIANG_LONG=1 go test -tags "$tags" -count=1 -timeout 30m -run Interrupt ./e2e
QUNXIANG_LONG=1 go test -tags "$tags" -count=1 -timeout 30m -p 1 -run Cancel ./core/host ./core/ingest/... ./plugins/stats ./plugins/mixed ./plugins/basket ./plugins/hclust # within half a second
