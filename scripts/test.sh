#!/usr/bin/env bash
# Runs pytest on QGIS 3.22, or, inside scripts/lts_root.sh, on the QGIS found there.
# Usage: scripts/test.sh [--core] [pytest arguments]      without paths: every test folder; without -m: all but "slow"
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

core_only=no
if [ "${1:-}" = --core ]; then
    core_only=yes
    shift
    set -- -p no:pytest_qgis "$@"
fi

python="${LAND_STEWARDSHIP_PYTHON:-}"
[ -n "$python" ] || python="$("$REPO/scripts/setup.sh" --print-python)"
cd "$REPO"

arguments=("$@")
has_path=no has_marker=no first_only=no
for argument in "$@"; do
    case "$argument" in
        -m) has_marker=yes ;;
        -x | --exitfirst) first_only=yes ;;
        tests | tests/*) has_path=yes ;;
    esac
done
[ $has_marker = yes ] || arguments+=(-m "not slow")

# The whole suite is cut into groups, the longest first and short ones last. Three workers take one after the other, so
# that all end at about the same time; walks through the window wait more than they work, so three fill two cores.
groups=(tests/gui/test_understand.py tests/qgis tests/headless tests/core tests/gui/test_choose_act.py tests/gui/test_findings_loop.py)
for file in tests/gui/test_*.py; do
    case " ${groups[*]} " in
        *" $file "*) ;;
        *) groups+=("$file") ;;
    esac
done
groups+=("tests/reference tests/static")
if [ $has_path = yes ]; then
    groups=("")
elif [ $core_only = yes ]; then
    # Without QGIS both cores are busy all the time: two halves of about the same size.
    groups=("" "")
    sizes=(0 0)
    while read -r size file; do
        half=$((sizes[0] > sizes[1]))
        groups[half]+=" $file"
        sizes[half]=$((sizes[half] + size))
    done < <(stat -c '%s %n' tests/core/test_*.py | sort -rn)
fi

# Nothing of the tests reaches the user's own QGIS profile, and nothing of it the tests.
scratch="$(mktemp -d "${TMPDIR:-/tmp}/land-stewardship.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/runtime"
export XDG_RUNTIME_DIR="$scratch/runtime"
export LC_ALL=C.UTF-8 LAND_STEWARDSHIP_DATA="$DATA"
export PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$CACHE/pycache}"
# Several workers fill the cores: threads of the linear algebra would only wait for each other.
export OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS:-1}"
# What Python compiles and what hypothesis reads out of the code are kept beside each other: else every worker does it
# all again.
export HYPOTHESIS_STORAGE_DIRECTORY="${HYPOTHESIS_STORAGE_DIRECTORY:-${PYTHONPYCACHEPREFIX%/*}/hypothesis}"
unset PYTHONDONTWRITEBYTECODE
unset QT_QPA_PLATFORM QGIS_PLUGINPATH PYTHONPATH LANGUAGE DISPLAY WAYLAND_DISPLAY

# -P keeps the repository root off sys.path: its folder "processing" would hide the one of QGIS.
screen=()
if [ $core_only = yes ]; then
    say "$("$python" -V)"
else
    say "$("$python" -P -W ignore -c 'import qgis.core, sys; print("QGIS", qgis.core.Qgis.QGIS_VERSION + ", Python", sys.version.split()[0])')"
    screen=(xvfb-run -a -s "-screen 0 1400x900x24")
fi

run() { # SCRATCH-NAME ARGUMENTS...
    local own="$scratch/$1"
    shift
    mkdir -p "$own"
    QGIS_CUSTOM_CONFIG_PATH="$own/profile" \
        "${screen[@]}" "$python" -P -X faulthandler scripts/run_pytest.py --rootdir "$REPO" \
        -c "$REPO/pyproject.toml" -o cache_dir="$own/pytest" "$@"
}

# A number out of the closing line of a pytest run.
count() { sed -E 's/\x1b\[[0-9;]*m//g' "$1" | grep -E '^=* ?([0-9]+ [a-z]+(, )?)+.* in [0-9.]+s' | tail -n 1 | grep -oE "[0-9]+ $2" | cut -d' ' -f1 || true; }

# shellcheck disable=SC2086 # the paths of a group are words
if [ ${#groups[@]} -eq 1 ]; then
    run all "${arguments[@]}" ${groups[0]}
    exit
fi

# Takes groups that nobody has taken until none is left; shows what each said once it has ended.
worker() {
    local number code
    for number in "${!groups[@]}"; do
        if [ $first_only = yes ] && [ -e "$scratch/failed" ]; then return; fi
        mkdir "$scratch/$number" 2>/dev/null || continue
        code=0
        # shellcheck disable=SC2086
        run "$number" "${arguments[@]}" ${groups[$number]} >"$scratch/$number/log" 2>&1 || code=$?
        printf '%s\n' $code >"$scratch/$number/code"
        [ $code -eq 0 ] || [ $code -eq 5 ] || touch "$scratch/failed"
        flock "$scratch" cat "$scratch/$number/log"
    done
}

begun=$SECONDS
say "Groups of tests run at the same time; what each says follows when it has ended."
worker &
[ $core_only = yes ] || worker &
worker
say "One worker has ended after $((SECONDS - begun)) s"
wait

closing="" worst=0 chosen=no
for word in failed passed skipped error; do
    sum=0
    for log in "$scratch"/*/log; do
        n="$(count "$log" $word)"
        sum=$((sum + ${n:-0}))
    done
    if [ $sum -gt 0 ] || [ $word = passed ]; then closing="$closing, $sum $word"; fi
done
# 5 says that no test was chosen: fine for a group as long as another had some.
for code in $(cat "$scratch"/*/code); do
    if [ "$code" -ne 5 ]; then
        chosen=yes
        if [ "$code" -gt $worst ]; then worst=$code; fi
    fi
done
[ $chosen = yes ] || worst=5
printf '=== %s in %d.00s ===\n' "${closing#, }" $((SECONDS - begun))
exit $worst
