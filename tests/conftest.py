"""Registers the repository root as package ``land_stewardship`` and finds the real test data.

The root itself stays off ``sys.path``: its folder ``processing`` would hide QGIS's own.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "land_stewardship"


def _register() -> None:
    if PACKAGE in sys.modules:
        return
    # Debian's path: qgis comes with the system Python, its processing plugin beside it.
    for extra in ("/usr/share/qgis/python/plugins", "/usr/share/qgis/python"):
        if os.path.isdir(extra) and extra not in sys.path:
            sys.path.append(extra)
    sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != ROOT]
    spec = importlib.util.spec_from_file_location(PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)


def _helper(name: str) -> None:
    """Make ``tests/NAME.py`` importable by tests as NAME; the folder itself stays off ``sys.path``, for it holds a
    folder ``qgis``."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


_register()
_helper("mapmaker")
_helper("fuzz")
_helper("tinylayers")
_helper("harmvillage")
_helper("repairing")


def real_data_folder() -> Path:
    """Folder of the real test data; skips without it, fails on CI."""
    folder = Path(os.environ.get("LAND_STEWARDSHIP_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"real test data not found at {folder}; set LAND_STEWARDSHIP_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Folder of the real test data."""
    return real_data_folder()


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    """Folder of the bundled sample village."""
    return ROOT / "sample_data"
