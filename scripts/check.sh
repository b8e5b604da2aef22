#!/usr/bin/env bash
# The checks that need no QGIS window. Usage: scripts/check.sh lint | format | types | security | i18n
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

python="$("$REPO/scripts/setup.sh" --print-python)"
bin="$(dirname "$python")"
cd "$REPO"

# The package's own folders and files (what the zip ships), as far as they exist.
shipped() {
    local name
    for name in core gis processing ui __init__.py plugin.py compat.py; do
        [ -e "$name" ] && printf '%s\n' "$name"
    done
    return 0
}

# Runs a command beside a link named land_stewardship, so that relative imports resolve whatever the repository's folder is called.
as_package() {
    local beside="$CACHE/as-package"
    mkdir -p "$beside"
    ln -sfn "$REPO" "$beside/land_stewardship"
    (cd "$beside" && "$@")
}

mapfile -t paths < <(shipped)
case "${1:-}" in
    lint)
        status=0
        "$bin/ruff" check . || status=1
        "$bin/ruff" format --check . || { status=1; say "'make format' puts this right."; }
        # flake8 only for the rules ruff does not have. QGS105 asks for an imported iface; here it is injected.
        if [ ${#paths[@]} -gt 0 ]; then
            "$bin/flake8" --isolated --select QGS1,QGS3,QGS4 --extend-ignore QGS105 --per-file-ignores "compat.py:QGS4" "${paths[@]}" || status=1
        fi
        exit $status
        ;;
    format)
        "$bin/ruff" check --fix --exit-zero --quiet .
        "$bin/ruff" format .
        ;;
    types)
        packages=()
        for name in core gis; do
            [ -d "$name" ] && packages+=(-p "land_stewardship.$name")
        done
        [ ${#packages[@]} -gt 0 ] || die "There is no core/ or gis/ to check yet."
        as_package "$bin/mypy" --config-file "$REPO/pyproject.toml" --cache-dir "$CACHE/mypy" "${packages[@]}"
        ;;
    security)
        [ ${#paths[@]} -gt 0 ] || die "There is no code to check yet."
        # What the plugins site runs on every upload: Bandit, and a search for secrets.
        # Findings of low confidence (any SQL text put together in Python) are left to the reader.
        "$bin/bandit" --quiet -ii --recursive --configfile pyproject.toml "${paths[@]}"
        "$python" -P scripts/secrets_check.py
        ;;
    i18n)
        [ -e scripts/i18n.py ] || die "scripts/i18n.py is missing: the translations cannot be checked."
        "$python" -P scripts/i18n.py check
        ;;
    *) die "Usage: scripts/check.sh lint | format | types | security | i18n" ;;
esac
