#!/usr/bin/env bash
# Holds the shipped calendar against PyPI's `holidays` 2023-2027, in an environment of its own under target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=target/holidays
if ! "$venv/bin/python" -c 'import holidays' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/holidays/requirements.txt
fi
cargo run --locked --quiet -- calendar show workflows/calendars/hanoi.yaml --from 2023-01-01 --to 2027-12-31 --format json |
    "$venv/bin/python" tests/holidays/compare.py 2023 2027
