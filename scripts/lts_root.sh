#!/usr/bin/env bash
# A Debian root directory with QGIS 3.44, built once and kept in the cache folder.
# Usage: scripts/lts_root.sh build           build it, or bring it up to date
#        scripts/lts_root.sh run COMMAND...  run a command inside; the repository is at /src/land_stewardship
#        scripts/lts_root.sh remove          delete it
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SUITE="${LAND_STEWARDSHIP_LTS_SUITE:-forky}"
WANTED_QGIS="${LAND_STEWARDSHIP_LTS_QGIS:-3.44}"
LTS="$CACHE/root-344"
BASE_STAMP="$LTS/etc/land-stewardship-base"
PACKAGES_STAMP="$LTS/etc/land-stewardship-packages"
INSIDE_REPO=/src/land_stewardship
INSIDE_DATA=/src/data
INSIDE_PYTHON=/opt/land-stewardship/bin/python
PIP_ONLY=(pytest-qgis colorspacious) # no Debian package; pure Python

packages="$REPO/scripts/packages-lts.txt"
wanted_packages="$(hash_of "$packages" "$REPO/requirements-dev.txt" "$REPO/scripts/lts_root.sh")"

# The Debian mirror this machine itself uses.
mirror() {
    if [ -n "${LAND_STEWARDSHIP_DEBIAN_MIRROR:-}" ]; then
        printf '%s\n' "$LAND_STEWARDSHIP_DEBIAN_MIRROR"
        return
    fi
    local found
    found="$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's/^Debian|//p' | head -n 1)"
    [ -n "$found" ] || die "No Debian mirror in this machine's apt configuration. Name one in LAND_STEWARDSHIP_DEBIAN_MIRROR."
    printf '%s\n' "${found%/}"
}

build_base() {
    local from script part
    from="$(mirror)"
    part="$LTS.building"
    apt_install debootstrap ca-certificates util-linux
    script="/usr/share/debootstrap/scripts/$SUITE"
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
    say "Building the QGIS $WANTED_QGIS root in $LTS (Debian $SUITE, about 3 GB, some minutes)"
    # What an interrupted build left behind is never reused.
    as_root rm -rf --one-file-system "$part" "$LTS"
    mkdir -p "$CACHE"
    as_root env "${PROXY[@]}" debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$part" "$from" "$script" >"$CACHE/root-344.log" 2>&1 ||
        { tail -n 20 "$CACHE/root-344.log" >&2; die "debootstrap failed; the whole log is in $CACHE/root-344.log."; }
    # No service may start inside, and the downloads use this machine's settings.
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$part/usr/sbin/policy-rc.d" >/dev/null
    as_root chmod 755 "$part/usr/sbin/policy-rc.d"
    printf '%s\n' 'APT::Install-Recommends "false";' 'Acquire::Check-Valid-Until "false";' 'Acquire::Languages "none";' \
        'APT::Keep-Downloaded-Packages "false";' | as_root tee "$part/etc/apt/apt.conf.d/60land-stewardship" >/dev/null
    as_root mkdir -p "$part$INSIDE_REPO" "$part$INSIDE_DATA" "$part/var/cache/land-stewardship"
    printf '%s' "$SUITE" | as_root tee "$part/etc/land-stewardship-base" >/dev/null
    as_root mv "$part" "$LTS"
}

# Network settings are this machine's property: copied anew at each build, since they may have changed.
copy_settings() {
    as_root cp -L /etc/resolv.conf "$LTS/etc/resolv.conf"
    apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|ForceIPv|Retries)' |
        as_root tee "$LTS/etc/apt/apt.conf.d/61host" >/dev/null || true
    if [ -d /usr/local/share/ca-certificates ]; then
        as_root mkdir -p "$LTS/usr/local/share/ca-certificates"
        as_root cp -R /usr/local/share/ca-certificates/. "$LTS/usr/local/share/ca-certificates/"
    fi
}

install_packages() {
    local wheels="$LTS/var/cache/land-stewardship/wheels" python
    copy_settings
    say "Installing QGIS and the Python packages in the QGIS $WANTED_QGIS root"
    # shellcheck disable=SC2046
    enter /bin/bash -ec '
        export DEBIAN_FRONTEND=noninteractive
        dpkg --configure -a
        apt-get -qq update
        apt-get -qq -y -o Dpkg::Use-Pty=0 --fix-broken install
        apt-get -qq -y -o Dpkg::Use-Pty=0 install "$@"
        apt-get clean
        [ -e /usr/lib/locale/ja_JP.utf8 ] || localedef -i ja_JP -f UTF-8 ja_JP.UTF-8
    ' bash $(package_list "$packages") >"$CACHE/root-344.log" 2>&1 ||
        { tail -n 20 "$CACHE/root-344.log" >&2; die "apt-get failed inside the root; the whole log is in $CACHE/root-344.log."; }
    # Fetched by this machine's pip with its settings, installed inside without any network.
    python="$("$REPO/scripts/setup.sh" --print-python)"
    as_root mkdir -p "$wheels"
    local fetched
    fetched="$(mktemp -d)"
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$fetched" \
        --constraint "$REPO/requirements-dev.txt" "${PIP_ONLY[@]}" 2> >(grep -v '^WARNING: Location' >&2)
    as_root rm -rf "$wheels"
    as_root cp -R "$fetched" "$wheels"
    as_root chmod -R a+rX "$wheels"
    rm -rf "$fetched"
    enter /bin/bash -ec '
        rm -rf /opt/land-stewardship
        /usr/bin/python3 -m venv --system-site-packages /opt/land-stewardship
        # pyproj looks for its data beside the Python that runs.
        mkdir -p /opt/land-stewardship/share && ln -sfn /usr/share/proj /opt/land-stewardship/share/proj
        /opt/land-stewardship/bin/python -m pip install --quiet --no-index --no-deps \
            --find-links /var/cache/land-stewardship/wheels "$@"
        QT_QPA_PLATFORM=offscreen /opt/land-stewardship/bin/python -P -W ignore -c \
            "import geopandas, shapely, scipy, pytest_qgis, colorspacious, qgis.core; print(qgis.core.Qgis.QGIS_VERSION)"
    ' bash "${PIP_ONLY[@]}" >"$CACHE/root-344.python.log" 2>&1 ||
        { tail -n 20 "$CACHE/root-344.python.log" >&2; die "The Python environment of the root cannot be made; log: $CACHE/root-344.python.log."; }
    local version
    version="$(tail -n 1 "$CACHE/root-344.python.log")"
    case "$version" in
        "$WANTED_QGIS".*) ;;
        *) die "Debian $SUITE now brings QGIS $version, not $WANTED_QGIS. Name another suite in LAND_STEWARDSHIP_LTS_SUITE." ;;
    esac
    printf '%s' "$wanted_packages" | as_root tee "$PACKAGES_STAMP" >/dev/null
    say "QGIS $version is ready in $LTS"
}

up_to_date() { [ -e "$BASE_STAMP" ] && [ "$(cat "$PACKAGES_STAMP" 2>/dev/null)" = "$wanted_packages" ]; }

build() {
    up_to_date && return
    mkdir -p "$CACHE"
    exec 8>"$CACHE/root-344.lock"
    flock 8 # two runs at once: the second waits
    if ! up_to_date; then
        [ "$(cat "$BASE_STAMP" 2>/dev/null)" = "$SUITE" ] || build_base
        install_packages
    fi
    exec 8>&-
}

# Runs a command inside the root. /proc, /dev, the repository and the test data are mounted for this command only: in a private
# mount namespace, and unmounted by a trap where such a namespace cannot be had (inside another root directory, say).
enter() {
    local private=()
    as_root unshare --mount --propagation unchanged true 2>/dev/null && private=(unshare --mount --propagation unchanged)
    as_root env "${PROXY[@]}" LS_CI="${CI:-}" "${private[@]}" /bin/bash -c '
        set -eu
        root=$1 repo=$2 data=$3 inside_repo=$4 inside_data=$5 python=$6
        shift 6
        bind() {
            mount --bind "$1" "$root$2" 2>/dev/null && return
            echo ">> Bind mounts are not permitted here: copying $1" >&2
            rm -rf --one-file-system "$root$2" && mkdir -p "$root$2" && tar -C "$1" -cf - . | tar -C "$root$2" -xf -
        }
        mount --make-rprivate / 2>/dev/null || true
        if mount --bind "$root" "$root" 2>/dev/null; then
            trap "umount --recursive --lazy \"$root\"" EXIT
            trap "exit 129" HUP; trap "exit 130" INT; trap "exit 143" TERM
            mount --make-rprivate "$root"
        fi
        mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc" || true
        mount --rbind /dev "$root/dev" || true
        # What happens to the mounts of /dev inside must not reach the /dev of this machine.
        mount --make-rslave "$root/dev" 2>/dev/null || true
        bind "$repo" "$inside_repo"
        if [ -d "$data" ]; then bind "$data" "$inside_data"; else inside_data=$inside_data/missing; fi
        chroot "$root" /usr/bin/env -i HOME=/root USER=root LOGNAME=root TERM=dumb TZ=UTC LC_ALL=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            ${no_proxy:+no_proxy="$no_proxy"} ${LS_CI:+CI="$LS_CI"} LAND_STEWARDSHIP_DATA="$inside_data" LAND_STEWARDSHIP_PYTHON="$python" \
            PYTHONPYCACHEPREFIX=/var/cache/land-stewardship/pycache \
            /bin/sh -c '\''cd "$0" && exec "$@"'\'' "$inside_repo" "$@"
    ' enter "$LTS" "$REPO" "$DATA" "$INSIDE_REPO" "$INSIDE_DATA" "$INSIDE_PYTHON" "$@"
}

case "${1:-}" in
    build)
        build
        say "Ready: $LTS"
        ;;
    run)
        shift
        [ $# -gt 0 ] || die "run needs a command."
        build
        enter "$@"
        ;;
    remove)
        as_root rm -rf --one-file-system "$LTS" "$LTS.building"
        ;;
    *) die "Usage: scripts/lts_root.sh build | run COMMAND... | remove" ;;
esac
