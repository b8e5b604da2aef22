#!/usr/bin/env bash
# Builds the plugin zip of the last commit: dist/land_stewardship-VERSION.zip. What is left out is named in .gitattributes.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$REPO"
[ -f metadata.txt ] || die "metadata.txt is missing: there is no plugin to pack yet."
version="$(git -c safe.directory='*' show HEAD:metadata.txt | sed -n 's/^version *= *//p' | tr -d '\r' | head -n 1)"
[ -n "$version" ] || die "metadata.txt names no version."
[ -z "$(git -c safe.directory='*' status --porcelain 2>/dev/null)" ] ||
    say "Note: there are changes that are not committed; the zip holds the last commit only."
mkdir -p dist
target="dist/land_stewardship-$version.zip"
git -c safe.directory='*' archive --format=zip --prefix=land_stewardship/ --output "$target" HEAD
say "$target  $(du -h "$target" | cut -f1)  (QGIS: Plugins > Manage and Install Plugins > Install from ZIP)"
