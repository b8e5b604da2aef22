#!/usr/bin/env bash
# Runs pytest on QGIS 3.22, or, inside scripts/lts_root.sh, on the QGIS found there.
# Usage: scripts/test.sh [--core] [pytest arguments]      without paths: every test folder; without -m: all but "slow"
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

folders=(static core qgis reference headless gui)
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
# The whole suite runs in two processes that take about as long: the second has those that start programs of their own,
# but for the longest walks through the window.
apart=() beside=()
if [ $has_path = no ]; then
    for folder in "${folders[@]}"; do
        [ -d "tests/$folder" ] || continue
        case "$folder" in
            headless) beside+=("tests/$folder") ;;
            gui) for file in tests/gui/test_*.py; do
                case "$file" in
                    */test_understand.py) apart+=("$file") ;;
                    *) beside+=("$file") ;;
                esac
            done ;;
            *) apart+=("tests/$folder") ;;
        esac
    done
fi

# Nothing of the tests reaches the user's own QGIS profile, and nothing of it the tests.
scratch="$(mktemp -d "${TMPDIR:-/tmp}/land-stewardship.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/runtime"
export XDG_RUNTIME_DIR="$scratch/runtime"
export LC_ALL=C.UTF-8 LAND_STEWARDSHIP_DATA="$DATA"
export PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$CACHE/pycache}"
unset QT_QPA_PLATFORM QGIS_PLUGINPATH PYTHONPATH LANGUAGE DISPLAY WAYLAND_DISPLAY

# -P keeps the repository root off sys.path: its folder "processing" would hide the one of QGIS.
say "$("$python" -P -W ignore -c 'import qgis.core, sys; print("QGIS", qgis.core.Qgis.QGIS_VERSION + ", Python", sys.version.split()[0])')"

run() { # SCRATCH-NAME ARGUMENTS...
    local own="$scratch/$1"
    shift
    mkdir -p "$own"
    QGIS_CUSTOM_CONFIG_PATH="$own/profile" HYPOTHESIS_STORAGE_DIRECTORY="$own/hypothesis" \
        xvfb-run -a -s "-screen 0 1400x900x24" "$python" -P -X faulthandler scripts/run_pytest.py --rootdir "$REPO" \
        -c "$REPO/pyproject.toml" -o cache_dir="$own/pytest" "$@"
}

# A number out of the closing line of a pytest run.
count() { sed -E 's/\x1b\[[0-9;]*m//g' "$1" | grep -E '^=* ?([0-9]+ [a-z]+(, )?)+.* in [0-9.]+s' | tail -n 1 | grep -oE "[0-9]+ $2" | cut -d' ' -f1 || true; }

if [ ${#apart[@]} -eq 0 ] || [ ${#beside[@]} -eq 0 ]; then
    run all "${arguments[@]}" "${apart[@]}" "${beside[@]}"
    exit
fi

# 5 says that no test was chosen: fine for one half as long as the other had some.
begun=$SECONDS first=0 second=0
say "Some tests that start programs run beside the others; what they say follows at the end."
run beside "${arguments[@]}" "${beside[@]}" >"$scratch/beside.log" 2>&1 &
other=$!
run apart "${arguments[@]}" "${apart[@]}" 2>&1 | tee "$scratch/apart.log" || first=${PIPESTATUS[0]}
wait $other || second=$?
cat "$scratch/beside.log"
closing=""
for word in failed passed skipped error; do
    sum=0
    for log in apart beside; do
        n="$(count "$scratch/$log.log" $word)"
        sum=$((sum + ${n:-0}))
    done
    if [ $sum -gt 0 ] || [ $word = passed ]; then closing="$closing, $sum $word"; fi
done
printf '=== %s in %d.00s ===\n' "${closing#, }" $((SECONDS - begun))
if [ $first -eq 5 ] && [ $second -ne 5 ]; then first=0; fi
if [ $second -eq 5 ] && [ $first -eq 0 ]; then second=0; fi
exit $((first > second ? first : second))
