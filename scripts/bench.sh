#!/usr/bin/env bash
# Runs the benchmarks. Usage: scripts/bench.sh [arguments of benchmarks/run.py]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
python="$("$REPO/scripts/setup.sh" --print-python)"
cd "$REPO"
[ -f benchmarks/run.py ] || die "benchmarks/run.py is missing: there is nothing to measure yet."
export QT_QPA_PLATFORM=offscreen PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$CACHE/pycache}"
exec "$python" -P benchmarks/run.py "$@"
