#!/usr/bin/env bash
# Runs the whole sample village without a window and leaves the results in out/. Usage: scripts/demo.sh [arguments of demo.py]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
python="$("$REPO/scripts/setup.sh" --print-python)"
cd "$REPO"
[ -f scripts/demo.py ] || die "scripts/demo.py is missing: there is no demo to run yet."
exec "$python" -P scripts/demo.py "$@"
