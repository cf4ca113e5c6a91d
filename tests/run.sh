#!/usr/bin/env bash
# Everything that must pass, on a machine that has the Rust toolchain, Node, Python and PostgreSQL's binaries: installs
# a browser where there is none, and the Python package that the calendars are compared with; checks the form of the
# code, plays every test. Nothing is skipped; what is missing fails.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi
# The browser's driver comes from the lock file, once, before tests that run side by side ask for it.
(cd tests/browser && [ -d node_modules ] || npm ci --silent --no-audit --no-fund)

cargo fmt --check
tests/postgres.sh start >/dev/null
trap 'tests/postgres.sh stop >/dev/null 2>&1 || true' EXIT

if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --no-fail-fast
else
    cargo test --locked --no-fail-fast
fi
cargo run --locked --quiet -- check workflows
cargo run --locked --quiet -- test workflows
tests/holidays/run.sh
