# SPDX-License-Identifier: Apache-2.0
#
# The two commands a newcomer needs are `make demo` and `make test`; everything here is one call of a
# script in tools/, which also runs by itself. Nothing asks a question.

.DEFAULT_GOAL := help
.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## install what is missing, build, repack and compact real files on local disk, show before and after
	tools/setup build
	tools/build release pqpack
	demo/run

.PHONY: build
build: ## install what is missing and build build/pqpack
	tools/setup build
	tools/build release pqpack

.PHONY: test
test: ## install what is missing, build, start real servers, run every test
	tools/setup test
	tools/build release
	tools/test

.PHONY: test-minio
test-minio: ## the tests that need MinIO as well (building it takes minutes the first time)
	tools/setup minio
	tools/build release
	tools/test minio

.PHONY: test-deploy
test-deploy: ## deploy/ with Helm and the real aws command (Helm takes minutes to build the first time)
	tools/setup deploy
	tools/build release pqpack
	tools/test deploy

.PHONY: test-image
test-image: ## build the Dockerfile's image with podman and run it; as root, takes minutes
	tools/setup image
	tools/build release pqpack
	tools/test image

.PHONY: bench
bench: ## measure beside PyArrow, DuckDB, Polars, Spark and cp; writes docs/benchmarks*.md; about 50 minutes
	tools/setup bench
	tools/build release pqpack store_copy
	.venv/bin/python bench/run.py
	.venv/bin/python bench/compacting.py
	.venv/bin/python bench/scanning.py
	.venv/bin/python bench/kernels.py

.PHONY: dist
dist: ## dist/pqpack-VERSION-linux-x86_64.tar.gz, which runs on any x86-64 Linux
	tools/setup build
	tools/build release pqpack pqpack_launcher
	packaging/bundle build dist

.PHONY: wheel
wheel: dist ## dist/pqpack-VERSION-py3-none-*.whl around the same files
	packaging/wheel dist/pqpack-*-linux-x86_64 dist

.PHONY: asan tsan
asan: ## unit tests and parquet-testing under AddressSanitizer and UndefinedBehaviorSanitizer
	tools/setup test
	tools/sanitize asan
tsan: ## unit tests of the rooms with threads under ThreadSanitizer
	tools/setup test
	tools/sanitize tsan

.PHONY: fuzz
FUZZ_SECONDS ?= 600
fuzz: ## libFuzzer with sanitizers on src/format and on whole files, FUZZ_SECONDS=600 for each target
	tools/setup fuzz
	tools/fuzz $(FUZZ_SECONDS)

.PHONY: check
check: ## formatting, clang-tidy, room directions, scripts, licences: what CI checks beside tests
	tools/setup check
	tools/check

.PHONY: format
format: ## format every C++ file
	tools/setup check
	tools/format
