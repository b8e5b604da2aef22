# Shared by the shell scripts in this folder; sourced, never run.
# shellcheck shell=bash

set -euo pipefail

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
CACHE="${LAND_STEWARDSHIP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/land-stewardship}"
VENV="$CACHE/venv-322"
DATA="${LAND_STEWARDSHIP_DATA:-$REPO/../shared/data}"

say() { printf '>> %s\n' "$*" >&2; }
die() { printf '!! %s\n' "$*" >&2; exit 1; }

# Proxy settings of this shell, as arguments of env: sudo and chroot drop them.
PROXY=()
for name in http_proxy https_proxy no_proxy; do
    [ -z "${!name:-}" ] || PROXY+=("$name=${!name}")
done
unset name

# Runs a command with administrator rights.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "This step needs administrator rights: run it as root, or install sudo. ($*)"
    fi
}

# Names of the packages listed in a file: one or more per line, "#" starts a comment.
package_list() { sed 's/#.*//' "$1" | tr -s '[:space:]' '\n' | sed '/^$/d'; }

# A checksum of files, short enough for a stamp.
hash_of() { cat "$@" | sha256sum | cut -c1-16; }

# 0 when every package is installed.
all_installed() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || return 1
    done
}

# Installs the Debian packages that are missing; quick when none is.
apt_install() {
    local missing=() name
    for name in "$@"; do
        all_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null 2>&1 ||
        die "Missing packages: ${missing[*]}. This set-up knows Debian 12 only (apt-get was not found)."
    say "Installing Debian packages: ${missing[*]}"
    local log="$CACHE/apt.log"
    mkdir -p "$CACHE"
    {
        as_root env "${PROXY[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
            as_root env "${PROXY[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
                install --no-install-recommends "${missing[@]}"
    } </dev/null >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; die "apt-get failed; the whole log is in $log."; }
}
