# `make` lists the targets. PROMPTS and SEEDS are variables: `make simulate SEEDS=10000`.

SEEDS ?= 1000
PROMPTS ?= 30000
PEERS ?=
THREADS ?= $(shell nproc)

swift_files = $$(git ls-files --cached --others --exclude-standard '*.swift' ':!*.pb.swift')

.DEFAULT_GOAL := help
.PHONY: help setup venv build test demo bench bench-sampler bench-loading bench-training check-adapters check-trainers format lint simulate

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: ## install the Debian packages that are missing
	@deploy/setup.sh

venv: setup ## install the Python packages that tests open exports with
	@deploy/python/venv.sh

build: setup ## build the program: .build/release/duet
	swift build -c release --product duet

test: setup venv ## build and run every test
	swift build --build-tests
	swift test --skip-build
	python3 -B -m unittest discover -s deploy/engines -p '*_test.py'

demo: build ## run a small campaign on this machine and show what came of it
	deploy/demo.sh

bench: build ## measure this machine: PROMPTS=30000, and PEERS=1 to compare with other schedulers
	deploy/bench/bench.sh $(PROMPTS) $(PEERS)

bench-sampler: setup ## measure the sampler beside PyTorch (installed into .venv): THREADS=2
	swift build -c release --product sampler-bench
	test -x .venv/bin/pip || python3 -m venv .venv
	.venv/bin/pip install --quiet torch==2.13.0 safetensors numpy
	.venv/bin/python deploy/bench/sampler.py --bench .build/release/sampler-bench --threads $(THREADS)

bench-loading: setup ## write a random checkpoint of the released size (4.2 GiB), load it, remove it
	swift build -c release --product sampler-bench
	.build/release/sampler-bench write-checkpoint .duet/large-checkpoint 30
	.build/release/sampler-bench load-checkpoint .duet/large-checkpoint 30 $(THREADS)
	rm -r .duet/large-checkpoint

bench-training: setup ## measure training steps beside PyTorch (installed into .venv): THREADS=2
	swift build -c release --product training-bench
	test -x .venv/bin/pip || python3 -m venv .venv
	.venv/bin/pip install --quiet torch==2.13.0 safetensors numpy
	.venv/bin/python deploy/bench/training.py --bench .build/release/training-bench --threads $(THREADS)

check-adapters: build ## check that PEFT's and diffusers' loaders read our adapters (into .venv)
	test -x .venv/bin/pip || python3 -m venv .venv
	.venv/bin/pip install --quiet torch==2.13.0 peft==0.21.2 diffusers==0.42.1 safetensors numpy
	.venv/bin/python deploy/python/check_adapters.py --duet .build/release/duet

check-trainers: build ## run the example trainer under torchrun and accelerate (into .venv)
	test -x .venv/bin/pip || python3 -m venv .venv
	.venv/bin/pip install --quiet torch==2.13.0 accelerate==1.15.0 av safetensors numpy
	.venv/bin/python deploy/python/check_trainers.py --duet .build/release/duet

simulate: setup ## run the scheduler under faults for SEEDS=1000 seeds
	swift run -c release simulate --seeds $(SEEDS)

format: ## format every Swift file in place
	swift format --in-place --parallel $(swift_files)

lint: ## check the format of every Swift file
	swift format lint --strict --parallel $(swift_files)
