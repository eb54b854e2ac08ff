# Everything a person does with this tree. `make` lists the targets.
#
# Needs Swift 6.2 or newer; what else is missing `make deps` installs from the distribution, and the Python clients of
# the tests into .venv.

PREFIX ?= /usr
DESTDIR ?=
SWIFT ?= swift
PYTHON ?= python3

RELEASE := .build/release
VENV := .venv
# The release links Swift's runtime statically: the machine that runs it needs none.
RELEASE_FLAGS := -c release --static-swift-stdlib

BINDIR := $(DESTDIR)$(PREFIX)/bin
SBINDIR := $(DESTDIR)$(PREFIX)/sbin
UNITDIR := $(DESTDIR)$(PREFIX)/lib/systemd/system
DATADIR := $(DESTDIR)$(PREFIX)/share
# Outside of /usr only some of systemd's directories are searched for these.
SYSTEMDDIR := $(DESTDIR)$(PREFIX)/lib/systemd
SYSUSERSDIR := $(DESTDIR)$(PREFIX)/lib/sysusers.d
TMPFILESDIR := $(DESTDIR)$(PREFIX)/lib/tmpfiles.d

# What `install` puts and `uninstall` removes: no file is in one and not in the other.
INSTALLED = \
	$(BINDIR)/countersign \
	$(SBINDIR)/countersignd \
	$(UNITDIR)/countersignd.service \
	$(UNITDIR)/countersignd.socket \
	$(SYSUSERSDIR)/countersign.conf \
	$(TMPFILESDIR)/countersign.conf \
	$(SYSTEMDDIR)/catalog/countersign.catalog \
	$(SYSTEMDDIR)/journald@countersign.conf.d/50-countersign.conf \
	$(DATADIR)/countersign/namespace.conf \
	$(DATADIR)/countersign/proto/countersign/v1/authorization.proto \
	$(DATADIR)/doc/countersign/README.md \
	$(DATADIR)/doc/countersign/CHANGELOG.md \
	$(DATADIR)/doc/countersign/LICENSE \
	$(DATADIR)/bash-completion/completions/countersign \
	$(DATADIR)/bash-completion/completions/countersignd \
	$(DATADIR)/zsh/site-functions/_countersign \
	$(DATADIR)/zsh/site-functions/_countersignd \
	$(DATADIR)/fish/vendor_completions.d/countersign.fish \
	$(DATADIR)/fish/vendor_completions.d/countersignd.fish
# Directories that are nobody else's, removed when they are empty.
OWN_DIRECTORIES = \
	$(SYSTEMDDIR)/journald@countersign.conf.d \
	$(DATADIR)/countersign/proto/countersign/v1 \
	$(DATADIR)/countersign/proto/countersign \
	$(DATADIR)/countersign/proto \
	$(DATADIR)/countersign \
	$(DATADIR)/doc/countersign

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '  %-16s %s\n' "$$name" "$$text"; done

.PHONY: deps
deps: ## install what building and testing needs and is missing
	@Tests/Integration/install_dependencies.sh
	@$(MAKE) --no-print-directory $(VENV)/installed

$(VENV)/installed: Tests/Integration/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement Tests/Integration/requirements.txt
	touch $@

.PHONY: build
build: ## build the release: daemon, command line, completions
	$(SWIFT) build $(RELEASE_FLAGS) --product countersignd
	$(SWIFT) build $(RELEASE_FLAGS) --product countersign
	mkdir -p $(RELEASE)/completions
	for program in countersign countersignd; do for shell in bash zsh fish; do \
		$(RELEASE)/$$program --generate-completion-script $$shell >$(RELEASE)/completions/$$program.$$shell || exit 1; \
	done; done

.PHONY: run
run: deps build ## start the daemon on examples/policies, ask it, show both accounts' records, stop
	examples/run.sh

.PHONY: test
test: deps ## run all of the following checks and tests
	@$(MAKE) --no-print-directory check-format check-generated
	@$(MAKE) --no-print-directory unit-test
	@$(MAKE) --no-print-directory sanitizer-test
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory threshold-test
	@$(MAKE) --no-print-directory integration-test

.PHONY: check-format
check-format: ## fail when a Swift source is not formatted
	$(SWIFT) format lint --strict --parallel --recursive --configuration .swift-format Package.swift Sources Tests Benchmarks

.PHONY: check-generated
check-generated: ## fail when the committed C code is not what `generate` makes
	proto/generate.sh --check

# The comparison with the naive evaluator keeps all cores busy for minutes, which tests that wait for each other do not bear.
.PHONY: unit-test
unit-test: ## run the Swift tests
	$(SWIFT) build --build-tests
	Tests/Integration/with_journald.sh -- $(SWIFT) test --skip-build --skip DifferentialEvaluationTests
	$(SWIFT) test --skip-build --filter DifferentialEvaluationTests

MUTATIONS ?= 100000
# Leaks are not looked for: the test library itself has some.
.PHONY: sanitizer-test
sanitizer-test: ## run mutated HTTP/2 sessions under AddressSanitizer
	$(SWIFT) build --build-tests --scratch-path .build-asan --sanitize=address
	ASAN_OPTIONS=detect_leaks=0 COUNTERSIGN_MUTATIONS=$(MUTATIONS) $(SWIFT) test --skip-build --scratch-path .build-asan \
		--sanitize=address --filter RemoteProcedureCallTests.MutatedSessionsTests

SECONDS ?= 60
SEED ?= $(shell date +%s)

.PHONY: fuzz
fuzz: ## compare the engine with the naive evaluator for SECONDS (60) from SEED (the clock)
	$(SWIFT) build $(RELEASE_FLAGS) --product countersign-fuzz
	$(RELEASE)/countersign-fuzz --seconds $(SECONDS) --seed $(SEED) --pairs 1000000000

.PHONY: threshold-test
threshold-test: ## count what a decision and a loaded policy cost; fail above Tests/Thresholds/limits.json
	for program in countersign-corpus threshold-count; do $(SWIFT) build $(RELEASE_FLAGS) --product $$program || exit 1; done
	$(PYTHON) -B Tests/Thresholds/check.py --programs $(RELEASE)

.PHONY: integration-test
integration-test: ## run the release build from outside: gRPC clients, journald, systemd (as root)
	$(VENV)/bin/python -B Tests/Integration/run.py

# Swift programs that only the benchmarks run.
BENCH_PROGRAMS := countersign-corpus countersign-load constant-answer engine-benchmark journal-hand-over
SCRATCH := .build/benchmarks
ROUNDS ?=
GROUP ?=

.PHONY: bench
bench: deps build ## measure all of GROUP (each folder of Benchmarks with a `run`) in ROUNDS; a table and .build/benchmarks/figures.json
	Tests/Integration/install_dependencies.sh bench
	for program in $(BENCH_PROGRAMS); do $(SWIFT) build $(RELEASE_FLAGS) --product $$program || exit 1; done
	Benchmarks/GRPCPlusPlus/build.sh $(SCRATCH)
	$(PYTHON) -B Benchmarks/run.py --programs $(RELEASE) --scratch $(SCRATCH) $(if $(ROUNDS),--rounds $(ROUNDS)) $(GROUP)

.PHONY: format
format: ## format the Swift sources
	$(SWIFT) format --in-place --parallel --recursive --configuration .swift-format Package.swift Sources Tests Benchmarks

.PHONY: generate
generate: ## generate the C code of the messages anew
	proto/generate.sh

.PHONY: install
install: ## install under DESTDIR and PREFIX (/usr) what `build` has made
	@test -x $(RELEASE)/countersignd -a -x $(RELEASE)/countersign -a -d $(RELEASE)/completions || \
		{ echo "nothing is built: run make build first" >&2; exit 1; }
	install -D -m 755 $(RELEASE)/countersign $(BINDIR)/countersign
	install -D -m 755 $(RELEASE)/countersignd $(SBINDIR)/countersignd
	install -d $(UNITDIR)
	sed 's|/usr/|$(PREFIX)/|' systemd/countersignd.service >$(UNITDIR)/countersignd.service
	sed 's|/usr/|$(PREFIX)/|' systemd/countersignd.socket >$(UNITDIR)/countersignd.socket
	chmod 644 $(UNITDIR)/countersignd.service $(UNITDIR)/countersignd.socket
	install -D -m 644 systemd/sysusers.conf $(SYSUSERSDIR)/countersign.conf
	install -D -m 644 systemd/tmpfiles.conf $(TMPFILESDIR)/countersign.conf
	install -D -m 644 systemd/countersign.catalog $(SYSTEMDDIR)/catalog/countersign.catalog
	install -D -m 644 systemd/journald-namespace.conf $(SYSTEMDDIR)/journald@countersign.conf.d/50-countersign.conf
	install -D -m 644 systemd/namespace.conf $(DATADIR)/countersign/namespace.conf
	install -D -m 644 proto/countersign/v1/authorization.proto \
		$(DATADIR)/countersign/proto/countersign/v1/authorization.proto
	install -D -m 644 -t $(DATADIR)/doc/countersign README.md CHANGELOG.md LICENSE
	for program in countersign countersignd; do \
		install -D -m 644 $(RELEASE)/completions/$$program.bash $(DATADIR)/bash-completion/completions/$$program && \
		install -D -m 644 $(RELEASE)/completions/$$program.zsh $(DATADIR)/zsh/site-functions/_$$program && \
		install -D -m 644 $(RELEASE)/completions/$$program.fish $(DATADIR)/fish/vendor_completions.d/$$program.fish || \
		exit 1; done
	@echo "installed; then: systemd-sysusers && systemd-tmpfiles --create && journalctl --update-catalog &&" \
		"systemctl daemon-reload && systemctl enable --now countersignd.socket"

.PHONY: uninstall
uninstall: ## remove what `install` put, and nothing else
	rm -f $(INSTALLED)
	for directory in $(OWN_DIRECTORIES); do \
		if [ -d "$$directory" ]; then rmdir --ignore-fail-on-non-empty "$$directory"; fi; done

.PHONY: clean
clean: ## remove everything that was built
	rm -rf .build .build-asan $(VENV)
