# `make` lists what there is. Debug builds go to .build, release builds to .build-release.
.DEFAULT_GOAL := help
.PHONY: help deps build release demo test faults sandbox sandbox-test bench sandbox-bench format lint clean

SWIFT ?= $(firstword $(shell command -v swift 2>/dev/null) $(wildcard $(HOME)/.local/share/swiftly/bin/swift) swift)
CODE := Sources Tests providers mocks Package.swift
# A target that imports what it does not name as a dependency does not build.
CHECKED := --explicit-target-dependency-import-check error
# The sandbox is a package of its own, whose libraries take minutes to build once.
SANDBOX := --package-path mocks/Sandbox --scratch-path .build-sandbox
# Swift's own libraries inside the program: a third less processor time at its start, and no Swift needed beside it.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
RELEASE := -c release --scratch-path .build-release $(STATIC)
DEMO := mocks/demo/slipway.yaml
export SWIFT

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

deps: ## install the C libraries and the programs that tests use (Debian, Ubuntu), or say what is missing
	@.ci/deps test

build: deps ## build everything, tests included, with warnings as errors
	SLIPWAY_STRICT=1 $(SWIFT) build --build-tests $(CHECKED)

release: ## build slipway for use, as .build-release/release/slipway
	@.ci/deps build
	$(SWIFT) build $(RELEASE) --product slipway

demo: ## build slipway and rehearse a canary, a blue-green and a rolling release offline
	@.ci/deps build
	$(SWIFT) build --product slipway
	@"$$($(SWIFT) build --show-bin-path)/slipway" deploy -f $(DEMO) --offline --pace 60

test: build ## run everything that CI runs
	@# The fault simulation keeps both processors busy, and tests with time limits would wait for it: it runs by itself.
	SLIPWAY_STRICT=1 $(SWIFT) test --skip-build $(CHECKED) --skip SlipwayFaultsTests
	SLIPWAY_STRICT=1 $(SWIFT) test --skip-build $(CHECKED) --filter SlipwayFaultsTests
	$(MAKE) --no-print-directory faults
	$(MAKE) --no-print-directory sandbox-test
	$(MAKE) --no-print-directory lint

faults: ## simulate every crash and fault in a release build
	$(SWIFT) build $(RELEASE) --product SlipwayFaultsTool
	@.build-release/release/SlipwayFaultsTool

sandbox: ## build slipway-sandbox, simulated clouds for official clients, as .build-sandbox/release/slipway-sandbox
	@.ci/deps build
	$(SWIFT) build $(SANDBOX) -c release $(STATIC) --product slipway-sandbox

sandbox-test: ## drive the sandbox with kubectl, aws, eb, curl, wrk and slipway, as far as they are there
	@.ci/deps clients
	SLIPWAY_STRICT=1 $(SWIFT) build $(CHECKED) --product slipway
	SLIPWAY_STRICT=1 $(SWIFT) build $(SANDBOX) --build-tests $(CHECKED)
	SLIPWAY_STRICT=1 $(SWIFT) test $(SANDBOX) --skip-build $(CHECKED) --skip DeploymentTests
	@# These keep both processors busy for five minutes.
	SLIPWAY_STRICT=1 $(SWIFT) test $(SANDBOX) --skip-build $(CHECKED) --filter DeploymentTests

sandbox-bench: sandbox ## measure the sandbox against moto and WireMock, and print ratios
	@.ci/deps clients
	@python3 mocks/Sandbox/Bench/bench.py .build-sandbox/release/slipway-sandbox

bench: deps release sandbox ## measure against kubectl, curl, python, vcrpy, moto and WireMock, and print ratios
	$(SWIFT) build $(RELEASE) --product SlipwayBench
	@.build-release/release/SlipwayBench
	$(MAKE) --no-print-directory sandbox-bench

format: ## lay out the code
	$(SWIFT) format format --in-place --parallel --recursive $(CODE)

lint: ## check the layout of the code
	$(SWIFT) format lint --strict --parallel --recursive $(CODE)

clean: ## remove everything that was built
	rm -rf .build .build-release .build-sandbox
