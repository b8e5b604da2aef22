"""Running ``qgis_process`` the way a batch user does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Outcome:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


Runner = Callable[..., Outcome]

#: Debian wraps the program in a script whose own option for the desktop it does not understand.
PROGRAM = shutil.which("qgis_process.bin") or "qgis_process"


@pytest.fixture(scope="session")
def qgis_process(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Call ``qgis_process`` with our plugin enabled, in a profile of its own."""
    home = tmp_path_factory.mktemp("qgis_process")
    plugins = home / "plugins"
    plugins.mkdir()
    (plugins / "land_stewardship").symlink_to(ROOT)
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    # Not the parent's variables: pytest runs in a Python set-up of its own.
    base = {
        key: value
        for key, value in os.environ.items()
        if key in ("PATH", "HOME", "USER", "LD_LIBRARY_PATH", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "TMPDIR")
    }
    base.update(
        QGIS_PLUGINPATH=str(plugins),
        QGIS_CUSTOM_CONFIG_PATH=str(home / "profile"),
        XDG_RUNTIME_DIR=str(runtime),
        QT_QPA_PLATFORM="offscreen",
        PYTHONPATH=sysconfig.get_paths()["purelib"],
        PYTHONWARNINGS="ignore",
        PYTHONDONTWRITEBYTECODE="1",
    )

    def call(*arguments: str, language: str = "C.UTF-8", hide: tuple[str, ...] = (), stdin: str = "") -> Outcome:
        environment = {**base, "LANG": language}
        if hide:
            # A module that raises on import, in front of everything else, hides the real package.
            hidden = home / ("hidden_" + "_".join(hide))
            for name in hide:
                folder = hidden / name
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "__init__.py").write_text(f"raise ImportError('No module named {name}')\n")
            environment["PYTHONPATH"] = str(hidden) + os.pathsep + environment["PYTHONPATH"]
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            input=stdin,
            encoding="utf-8",
            errors="replace",
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    enabled = call("plugins", "enable", "land_stewardship")
    assert enabled.code == 0, enabled.text
    return call
