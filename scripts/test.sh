#!/usr/bin/env bash
# Runs pytest on QGIS 3.22, or, inside scripts/lts_root.sh, on the QGIS found there.
# Usage: scripts/test.sh [--core] [pytest arguments]      without paths: every test folder; without -m: all but "slow"
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

folders=(static core qgis headless gui reference)
if [ "${1:-}" = --core ]; then
    folders=(core)
    shift
    # No QGIS in these tests, so both cores may work on them.
    set -- -p no:pytest_qgis -n 2 "$@"
fi

python="${LAND_STEWARDSHIP_PYTHON:-}"
[ -n "$python" ] || python="$("$REPO/scripts/setup.sh" --print-python)"
cd "$REPO"

arguments=("$@")
has_path=no has_marker=no
for argument in "$@"; do
    case "$argument" in
        -m) has_marker=yes ;;
        tests | tests/*) has_path=yes ;;
    esac
done
[ $has_marker = yes ] || arguments+=(-m "not slow")
if [ $has_path = no ]; then
    for folder in "${folders[@]}"; do
        [ -d "tests/$folder" ] && arguments+=("tests/$folder")
    done
fi

# Nothing of the tests reaches the user's own QGIS profile, and nothing of it the tests.
scratch="$(mktemp -d "${TMPDIR:-/tmp}/land-stewardship.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/runtime"
export XDG_RUNTIME_DIR="$scratch/runtime" QGIS_CUSTOM_CONFIG_PATH="$scratch/profile"
export HYPOTHESIS_STORAGE_DIRECTORY="$scratch/hypothesis"
export LC_ALL=C.UTF-8 LAND_STEWARDSHIP_DATA="$DATA"
export PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$CACHE/pycache}"
unset QT_QPA_PLATFORM QGIS_PLUGINPATH PYTHONPATH LANGUAGE DISPLAY WAYLAND_DISPLAY

# -P keeps the repository root off sys.path: its folder "processing" would hide the one of QGIS.
say "$("$python" -P -W ignore -c 'import qgis.core, sys; print("QGIS", qgis.core.Qgis.QGIS_VERSION + ", Python", sys.version.split()[0])')"
xvfb-run -a -s "-screen 0 1400x900x24" "$python" -P -X faulthandler scripts/run_pytest.py --rootdir "$REPO" -c "$REPO/pyproject.toml" \
    -o cache_dir="$scratch/pytest" "${arguments[@]}"
