# Qunxiang: every task of the project is a target here; continuous integration calls the same ones.
# `make run` and `make test` also install the system packages that they need (see scripts/deps.sh).

GO      ?= go
TESTTAG := ci migrated_fynedo
PKG     ?= ./...
FUZZTIME ?= 30s

# One set of flags everywhere: other flags compile the graphics bindings (minutes) again.
export GOFLAGS := -trimpath -buildvcs=false

ifeq ($(shell uname -s),Linux)
APPTAG := x11 gles migrated_fynedo
else
APPTAG := migrated_fynedo
endif

GOTEST := CGO_ENABLED=0 $(GO) test -tags "$(TESTTAG)"
LINT   := $(GO) tool -modfile=tools/lint/go.mod golangci-lint

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build test unit check fmt format vet lint arch race e2e bench score fuzz golden proto package deps deps-run deps-test clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## (.*)/\1\t\2/' | awk -F'\t' '{printf "  make %-9s %s\n", $$1, $$2}'

run: deps-run build ## install what is missing, build, open the window (without a display: the demo)
	@sh scripts/run.sh

test: deps-test check unit e2e ## everything that must hold: format, vet, lint, import rules, unit tests, command and window

build: ## build bin/qunxiang-app (the window) and bin/qunxiang (the command)
	CGO_ENABLED=0 $(GO) build -o bin/qunxiang ./cmd/qunxiang
	CGO_ENABLED=1 $(GO) build -tags "$(APPTAG)" -o bin/qunxiang-app ./cmd/app

check: fmt vet lint arch ## format, vet, lint and import rules only

fmt:
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go' 2>/dev/null || find . -name '*.go')); test -z "$$bad" || { echo "gofmt wants to change:"; echo "$$bad"; exit 1; }

format: ## write every Go file the way `make check` wants it
	CGO_ENABLED=0 $(LINT) fmt

vet:
	CGO_ENABLED=0 $(GO) vet -tags "$(TESTTAG)" ./...

lint: ## golangci-lint (pinned in tools/lint) and shellcheck
	CGO_ENABLED=0 $(LINT) run --allow-parallel-runners
	@if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; else echo "shellcheck is not installed: scripts not checked"; fi

arch: ## the import table and the house rules
	$(GOTEST) ./internal/archtest

unit: ## all Go tests that need no window (PKG=./core/... for some)
	$(GOTEST) $(PKG)

race: ## the tests under the race detector (needs gcc)
	CGO_ENABLED=1 $(GO) test -race -tags "$(TESTTAG)" $(PKG)

e2e: build ## the command and the real window (under Xvfb) from end to end
	$(GOTEST) ./e2e/...
	QUNXIANG_WINDOW=1 $(GOTEST) -count=1 -timeout 20m ./e2e/window

bench: ## Go micro-benchmarks, and the table beside the peers where ../shared/peers is set up
	@sh scripts/bench.sh

score: ## how well real and polluted files are read with nothing given, on the reference data
	@QUNXIANG_SCORE=1 CGO_ENABLED=0 $(GO) test -count=1 -v -run '^(TestScore|TestTruth)' ./core/ingest ./core/ingest/internal/delimited | sed -n 's/^.*score: //p; /^--- FAIL/p; /^FAIL/p'

fuzz: ## every fuzz target for FUZZTIME each, then the long crash and fault tests
	@FUZZTIME=$(FUZZTIME) sh scripts/fuzz.sh

golden: ## rewrite the golden files from what the code does now; look at the diff
	@sh scripts/golden.sh

proto: ## generate the protocol's code again from proto/
	$(GO) generate ./sdk/...

package: ## dist/: archives of window and command for this system, the command for others
	@sh scripts/package.sh

deps: deps-test ## install the system packages for building, running and testing

deps-run:
	@sh scripts/deps.sh build run

deps-test:
	@sh scripts/deps.sh build run test

clean: ## remove bin/ and dist/
	rm -rf bin dist
