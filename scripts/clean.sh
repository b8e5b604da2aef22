#!/usr/bin/env bash
# Deletes what the targets left behind. Usage: scripts/clean.sh [--all]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$REPO"
find . -path ./.git -prune -o -type d \
    \( -name __pycache__ -o -name .pytest_cache -o -name .mypy_cache -o -name .ruff_cache -o -name .hypothesis \) \
    -prune -exec rm -rf {} +
rm -rf out dist
if [ "${1:-}" = --all ]; then
    "$REPO/scripts/lts_root.sh" remove
    rm -rf "$CACHE/venv-322" "$CACHE/pycache" "$CACHE/hypothesis" "$CACHE/as-package" "$CACHE/mypy" "$CACHE"/*.log "$CACHE"/*.lock
fi
