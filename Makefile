# Stockhand's habits. `make demo` shows the program, `make test` says whether a
# change may land, `make help` lists the rest.

SHELL := /usr/bin/env bash
.DEFAULT_GOAL := help

# One set of flags for every build and test, so that they share one cache and
# what is tested is what is shipped: no paths of this machine, no extensions
# loaded into SQLite, users and names resolved in Go.
TAGS  := sqlite_omit_load_extension,osusergo,netgo
FLAGS := -trimpath -buildvcs=false -tags=$(TAGS)

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STRIP   := -ldflags='-s -w -X main.version=$(VERSION)'

# How much: the defaults are for each change; test-release sets the others.
FUZZTIME ?= 20s
CUTS     ?= 40
KILLS    ?= 300
KILLTIME ?= 15m
CODES    ?= 60
UNPLUGS  ?= 5
BENCH    ?= .
PACKAGES ?= ./...

STEP := install/ci/step
NEED := install/ci/need
TOOL := go tool -modfile=install/tools/go.mod

# Pure packages have no goroutines; the race detector would only slow their
# many cases down. The others wait for the disk and for time more than they
# work: three at once keep two cores busy. The longest come first, so that none
# is left to run alone.
PURE := ./agent/barcode/... ./agent/reconcile/...

WINDOWS := env CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc

# Steps run one after the other, also under `make -j`: they share two cores.
.NOTPARALLEL:

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: demo
demo: build ## build, and show a simulated shop in the browser
	./bin/stockhand demo

.PHONY: build
build: ## build bin/stockhand
	@$(NEED) cc
	@$(STEP) "build bin/stockhand $(VERSION)" go build $(FLAGS) $(STRIP) -o bin/stockhand ./cmd/stockhand

.PHONY: test
test: lint test-unit test-windows test-browser test-crash test-power test-systemd test-usb ## everything a change must pass, under 20 minutes

.PHONY: test-unit
test-unit: ## all Go tests, with the race detector where there are goroutines
	@$(NEED) cc
	@$(STEP) "pure packages" go test $(FLAGS) $(PURE)
	@$(STEP) "all other packages, with the race detector" \
		env GORACE=atexit_sleep_ms=0 go test $(FLAGS) -race -p=3 -timeout=12m $$(go list $(FLAGS) ./cmd/... ./agent/station/... ./queue/... ./... | grep -vxF "$$(go list $(FLAGS) $(PURE))")

.PHONY: test-windows
test-windows: ## build and vet for Windows
	@$(NEED) mingw
	@$(STEP) "build for Windows" $(WINDOWS) go build $(FLAGS) ./...
	@$(STEP) "vet for Windows, tests included" $(WINDOWS) go vet $(FLAGS) ./...

.PHONY: test-browser
test-browser: build ## the page in a real browser, against the real program
	@$(NEED) node chromium
	@$(STEP) "install the browser driver" bash -c 'cd ui/browsertest && npm ci --ignore-scripts --no-audit --no-fund'
	@$(STEP) "browser tests" bash -c 'cd ui/browsertest && node --test'

.PHONY: test-crash
test-crash: ## kill -9 the real program KILLS times while it scans and uploads
	@$(NEED) cc
	@$(STEP) "crash proof, $(KILLS) kills" env CRASH_KILLS=$(KILLS) \
		go test -trimpath -buildvcs=false -tags=$(TAGS),crashproof -count=1 -timeout=$(KILLTIME) ./cmd/stockhand/...

.PHONY: test-power
test-power: ## cut the power CUTS times in each way (Linux with FUSE)
	@$(NEED) cc fuse
	@$(STEP) "power cuts, $(CUTS) in each way" env POWERTEST_CUTS=$(CUTS) \
		go -C queue/powertest test $(FLAGS) -count=1 -timeout=60m -v ./...

.PHONY: test-systemd
test-systemd: ## install, kill, hang and uninstall under a real systemd in a container (root)
	@$(NEED) nspawn
	@$(STEP) "life under systemd" install/ci/systemd-test

.PHONY: test-usb
test-usb: ## emulated USB scanners on a real kernel: CODES codes and UNPLUGS unplugs each (Debian)
	@$(NEED) qemu
	@$(STEP) "USB scanners, $(CODES) codes and $(UNPLUGS) unplugs each" \
		env USBTEST_CODES=$(CODES) USBTEST_UNPLUGS=$(UNPLUGS) go test $(FLAGS) -count=1 -parallel=8 -timeout=40m -v ./scanner/usbtest/

.PHONY: test-release
test-release: lint vuln test-unit test-windows test-browser test-systemd ## what a release must pass, hours
	@$(MAKE) test-crash KILLS=10000 KILLTIME=90m
	@$(MAKE) test-power CUTS=1000
	@$(MAKE) test-usb CODES=1000 UNPLUGS=50
	@$(STEP) "1,000 unplugs of serial scanners" env UNPLUG_STORMS=1000 go test $(FLAGS) -race -count=1 -run=UnplugStorm -v ./scanner/serialport
	@$(STEP) "10,000 backlogs that anything befalls" env FAULT_RUNS=10000 go test $(FLAGS) -count=1 -timeout=2h -run=NothingIsDoubledInRandomRuns -v ./agent/connector/shopify
	@$(STEP) "a backlog of 10,000 adjustments" env BACKLOG_LINES=10000 go test $(FLAGS) -count=1 -run=ABacklogTakes -v ./agent/connector/shopify
	@$(STEP) "rehearsals of 1,000 articles" bash -c 'REHEARSAL_ITEMS=1000 REHEARSAL_FIGURES=$$(mktemp -d) go test $(FLAGS) -count=1 -timeout=2h -run=TestFigures -v ./cmd/stockhand/internal/rehearsal'
	@$(MAKE) fuzz FUZZTIME=10000000x

.PHONY: bench
bench: ## benchmarks; BENCH=regexp PACKAGES=./queue
	@$(NEED) cc
	@$(STEP) "benchmarks $(BENCH)" go test $(FLAGS) -run='^$$' -bench='$(BENCH)' -benchmem $(PACKAGES)

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME
	@$(NEED) cc
	@install/ci/fuzz $(FUZZTIME) $(FLAGS)

.PHONY: lint
lint: ## format, vet, staticcheck
	@$(NEED) cc
	@$(STEP) "format" install/ci/formatted
	@$(STEP) "vet" go vet $(FLAGS) ./...
	@$(STEP) "staticcheck" $(TOOL) staticcheck -tags=$(TAGS) -checks=$(CHECKS) ./...
	@$(STEP) "staticcheck queue/powertest" bash -c 'cd queue/powertest && go tool -modfile=../../install/tools/go.mod staticcheck -checks=$(CHECKS) ./...'

# The default checks, and: every package has a comment. Errors may begin with
# a capital: ours are sentences for people, and Stockhand is a name.
CHECKS := inherit,ST1000,-ST1005

.PHONY: fmt
fmt: ## format all Go files
	$(TOOL) gofumpt -w .

# Asks a database on the network, so it is not part of `make test`, which must
# give the same answer without one.
.PHONY: vuln
vuln: ## known vulnerabilities that our code reaches (needs the network)
	@$(STEP) "govulncheck" $(TOOL) govulncheck -tags=$(TAGS) ./...

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist ui/browsertest/node_modules
