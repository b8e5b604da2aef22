#!/usr/bin/env bash
# Runs the benchmarks; `make bench` does so inside the QGIS 3.44 root, beside the geometry checks of that QGIS.
# Usage: scripts/bench.sh [arguments of benchmarks/run.py]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
python="${LAND_STEWARDSHIP_PYTHON:-}"
[ -n "$python" ] || python="$("$REPO/scripts/setup.sh" --print-python)"
cd "$REPO"
[ -f benchmarks/run.py ] || die "benchmarks/run.py is missing: there is nothing to measure yet."
scratch="$(mktemp -d "${TMPDIR:-/tmp}/land-stewardship.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/runtime"
export XDG_RUNTIME_DIR="$scratch/runtime" QGIS_CUSTOM_CONFIG_PATH="$scratch/profile" QT_QPA_PLATFORM=offscreen
export PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$CACHE/pycache}"
"$python" -P benchmarks/run.py "$@"
