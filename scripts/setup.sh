#!/usr/bin/env bash
# Sets up QGIS 3.22 and everything the tests and the demo need on Debian 12. Safe to run again: quick when nothing is missing.
# Usage: scripts/setup.sh [--print-python]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

requirements="$REPO/requirements-dev.txt"
packages="$REPO/scripts/packages-debian12.txt"
wanted="$(hash_of "$requirements" "$packages" "$REPO/scripts/setup.sh")"
stamp="$VENV/.land-stewardship-setup"

set_up() {
    # shellcheck disable=SC2046
    apt_install $(package_list "$packages")
    if ! locale -a 2>/dev/null | grep -qix 'ja_JP\.utf-\?8'; then
        say "Making the locale ja_JP.UTF-8 (the tests speak both languages)"
        as_root localedef -i ja_JP -f UTF-8 ja_JP.UTF-8
    fi
    if [ "$(cat "$VENV/.requirements" 2>/dev/null)" != "$(hash_of "$requirements")" ]; then make_environment; fi
    printf '%s' "$wanted" >"$stamp"
}

make_environment() {
    # Made anew when the requirements change: what is no longer wanted must not stay behind.
    rm -rf "$VENV"
    mkdir -p "$CACHE"
    say "Making the Python environment $VENV"
    # Debian's own Python: the only one that has PyQGIS.
    /usr/bin/python3 -m venv --system-site-packages "$VENV"
    # Where Debian's pyproj looks for its data inside an environment.
    mkdir -p "$VENV/share"
    ln -s /usr/share/proj "$VENV/share/proj"
    say "Installing Python packages from requirements-dev.txt"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" 2> >(grep -v -e '^WARNING: Location' -e '^DEPRECATION: --no-binary' >&2)
    QT_QPA_PLATFORM=offscreen "$VENV/bin/python" -P -W ignore -c 'import geopandas, qgis.core, shapely, pyproj
assert shapely.geos_version[:2] == (3, 11), "shapely does not use the GEOS of QGIS"
pyproj.CRS("EPSG:6676")' || die "PyQGIS, geopandas, pyproj and shapely do not load together in $VENV."
    hash_of "$requirements" >"$VENV/.requirements"
}

mkdir -p "$CACHE"
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    exec 9>"$CACHE/setup.lock"
    flock 9 # two runs at once: the second waits and then finds the work done
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then set_up; fi
    exec 9>&-
fi
if [ "${1:-}" = --print-python ]; then
    printf '%s\n' "$VENV/bin/python"
else
    say "Ready: $VENV"
fi
