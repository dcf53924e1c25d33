#!/usr/bin/env bash
# Makes the whole table of docs/performance.md, with the peers that this machine has.
#
#   benches/compare.sh [ROWS] [ROUNDS]        1000000 rows and 11 rounds, if not said otherwise
#
# Needs cargo and python3. Uses, where they are there: duckdb for Python (else, with pip, in a virtual
# environment under target/), nginx, curl. Installs nothing outside target/, listens on loopback only and
# cleans up after itself. Files go to $BENCH_DIR, else to a temporary directory: about 1.5 GB for a million rows.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}

cargo build --release --bin ampost --example floor

python=python3
if ! python3 -c 'import duckdb' 2>/dev/null; then
    venv=$target/bench-venv
    if [ ! -x "$venv/bin/python" ] && python3 -m pip --version >/dev/null 2>&1; then
        python3 -m venv "$venv" && "$venv/bin/pip" install --quiet duckdb || rm -rf "$venv"
    fi
    [ -x "$venv/bin/python" ] && python=$venv/bin/python
fi

# rustup would not find its toolchain under another home.
AMPOST_BENCH_RUSTC=$(rustc --version)
export AMPOST_BENCH_RUSTC

directory=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/ampost-bench.XXXXXX")
trap 'rm -rf "$directory"' EXIT
# Nothing of the user's own configuration or journals takes part, nor is it touched.
export HOME=$directory/home XDG_CONFIG_HOME=$directory/home/config XDG_STATE_HOME=$directory/home/state
unset AMPOST_CONFIG AMPOST_APP AMPOST_API_URL APPMETRICA_APPLICATION_ID APPMETRICA_POST_API_KEY
mkdir -p "$HOME"
"$python" benches/peers/compare.py "$target/release" "$directory" --rows "${1:-1000000}" --rounds "${2:-11}" "${@:3}"
