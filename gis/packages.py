"""Optional packages: which are missing and how to get them on this platform."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from importlib import metadata

from .i18n import tr

#: What every computing algorithm needs.
GEO = ("numpy", "pandas", "pyproj", "shapely", "geopandas")

#: Oldest versions that work, where older ones are still around.
OLDEST = {"shapely": (2, 0), "geopandas": (0, 14)}


def missing(packages: Sequence[str], load: bool = False) -> list[str]:
    """Names from ``packages`` that are not here or too old.

    With ``load`` they are also imported, which finds a package that is there but broken (on Windows
    often a missing library); without, only looked up, which is quick.
    """
    absent = []
    for name in packages:
        try:
            found = name in sys.modules or importlib.util.find_spec(name) is not None
            if found and load:
                importlib.import_module(name)
        except (ImportError, ValueError):
            found = False
        if not found or sys.modules.get(name, 0) is None or _too_old(name):
            absent.append(name)
    return absent


def _too_old(name: str) -> bool:
    """Whether the installed version is older than the oldest that works."""
    if name not in OLDEST:
        return False
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    if "unknown" in installed:
        return False  # how Debian's shapely 2.2 calls itself: "0+unknown"
    numbers = tuple(int(part) for part in re.findall(r"\d+", installed)[:2])
    return numbers < OLDEST[name]


def _wanted(name: str) -> str:
    """The package as pip and conda want it named, with its oldest version."""
    return f'"{name}>={".".join(map(str, OLDEST[name]))}"' if name in OLDEST else name


def _how_to_install(packages: Sequence[str]) -> str:
    names = " ".join(_wanted(name) for name in packages)
    if os.path.exists(os.path.join(sys.prefix, "conda-meta")):
        return tr("In the conda environment of QGIS run: conda install -c conda-forge {names}").format(names=names)
    if sys.platform.startswith("win"):
        return tr(
            "Open “OSGeo4W Shell” from the start menu, run: python -m pip install {names} and restart QGIS."
        ).format(names=names)
    if sys.platform == "darwin":
        return tr(
            "In Terminal run: /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} "
            "and restart QGIS."
        ).format(names=names)
    if any(_too_old(name) for name in packages):
        # Compiled here: the ready-made shapely brings a GEOS of its own beside that of QGIS, which crashes.
        return tr(
            "The one installed is too old. In a terminal run: sudo apt install libgeos-dev g++ python3-dev, then "
            "python3 -m pip install --user --break-system-packages --no-binary shapely {names}, and restart QGIS."
        ).format(names=names)
    debian = " ".join(f"python3-{name}" for name in packages)
    return tr("In a terminal run: sudo apt install {debian} and restart QGIS.").format(debian=debian)


def missing_message(packages: Sequence[str], load: bool = False) -> str:
    """One clear sentence about missing packages and the way to get them; empty if none is missing."""
    absent = missing(packages, load)
    if not absent:
        return ""
    return (
        tr("This tool needs the Python package {names}, which this QGIS does not have.").format(names=", ".join(absent))
        + " "
        + _how_to_install(absent)
    )
