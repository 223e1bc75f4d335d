#!/bin/sh
# bench.sh: the product beside its peers, then the Go micro-benchmarks. See bench/README.md.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
peers=$root/../shared/peers
env=${PEERS_ENV:-$HOME/.cache/qunxiang-peers/env}
data=${PEERS_DATA:-$HOME/.cache/qunxiang-peers/data}
rounds=${BENCH_REPEAT:-3}
cases=${BENCH_CASES:-T1:1e6 T1:1e7 T2:1e5x3k5i1,1e5x3k8i10,1e6x3k8i1,1e5x10k8i10 T2s T4:2e4 T6}

CGO_ENABLED=0 go build -o bin/qunxiang ./cmd/qunxiang
CGO_ENABLED=0 go build -o bin/qunxiang-peer ./bench/peer

# beside runs the cases next to the peers that are set up here.
beside() {
	subject=$(mktemp)
	trap 'rm -f "$subject"' EXIT
	sed -e "s#@QUNXIANG@#$root/bin/qunxiang#g; s#@PEER@#$root/bin/qunxiang-peer#g" bench/subject.json >"$subject"
	for c in $cases; do
		case $c in
		T1:1e7) who=duckdb,polars ;;
		T1*) who=duckdb,polars,data.table,pandas ;;
		T3*full) who=sklearn ;;
		T3*) who=skl-histgb,xgb-hist,R-rpart,sklearn ;;
		T2s*) who=R-cluster,sklearn ;;
		T2*) who=cv2,R-HW,skl-lloyd,scipy-i1 ;;
		T4*) who=fc-vector,R-fc-vector,fastcluster ;;
		T6*) who=R-readxl,excelize,SheetJS,openpyxl ;;
		*) who= ;;
		esac
		"$peers/bench.py" run -s "$subject" -r "$rounds" -t 120 ${who:+-p "$who"} "$c"
		case $c in
		T1*) bin/qunxiang-peer check "$data/out.qunxiang.csv" ;;
		T3:1e5*) bin/qunxiang-peer treecheck bin/qunxiang "$data/tree_1e5.bin" ;;
		T3*) bin/qunxiang-peer treecheck bin/qunxiang "$data/tree_1e6.bin" ;;
		esac
	done
	rm -f "$data/out.qunxiang.csv"
}

if [ ! -x "$peers/bench.py" ]; then
	echo "No peers to compare with: ../shared/peers is not there."
elif [ ! -d "$env" ]; then
	echo "No peers to compare with: run ../shared/peers/setup.sh T1 T6 first."
else
	beside
fi

echo "== Go micro-benchmarks"
CGO_ENABLED=0 go test -tags 'ci migrated_fynedo' -run '^$' -bench . -benchmem -benchtime "${BENCH_TIME:-1s}" \
	./core/... ./plugins/... ./sdk/... ./store/... | grep -E '^(Benchmark|pkg:|FAIL|panic)' || true
