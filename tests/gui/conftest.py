"""Starting a real QGIS window and walking through it.

Each walk is a script of ``tests/gui/walks`` that QGIS runs at start (``qgis --code``). It clicks on
the real widgets, leaves pictures in ``out/screenshots`` and writes what it saw as JSON, which the
test then judges. QGIS has a profile, a home and a documents folder of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, Callable

import pytest

ROOT = Path(__file__).resolve().parents[2]
WALKS = Path(__file__).parent / "walks"
SCREENSHOTS = ROOT / "out" / "screenshots"
LOCALES = {"en": "en_US", "ja": "ja_JP"}

Walk = Callable[..., dict[str, Any]]


def _profile(folder: Path, language: str, dark: bool) -> Path:
    """A QGIS profile with the plugin on, in ``language``, light or dark."""
    base = folder / "profiles" / "default"
    plugins = base / "python" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "land_stewardship").symlink_to(ROOT)
    (base / "QGIS").mkdir()
    settings = [
        "[locale]",
        f"userLocale={LOCALES[language]}",
        "overrideFlag=true",
        "[qgis]",
        "checkVersion=false",
        "newProjectDefault=false",
        "warnOldProjectVersion=false",
        "enableMacros=Never",
        "showTips=false",
        "[UI]",
        f"UITheme={'Night Mapping' if dark else 'default'}",
        "[core]",
        "NewsFeed\\http-feed.qgis.org\\disabled=true",
        "[app]",
        "projections\\unknownCrsBehavior=NoAction",
    ]
    (base / "QGIS" / "QGIS3.ini").write_text("\n".join(settings) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Run a walk in a fresh QGIS; returns what it wrote, with ``pictures`` added."""
    if shutil.which("qgis") is None or shutil.which("xvfb-run") is None:
        message = "QGIS with a window needs qgis and xvfb-run"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    def run(
        name: str,
        language: str = "en",
        dark: bool = False,
        size: str = "1280x720",
        home: Any = None,
        timeout: int = 200,
        **options: str,
    ) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp(f"{name}_{language}") if home is None else Path(home)
        profiles = folder / "qgis"
        if not profiles.exists():
            _profile(profiles, language, dark)
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        answer = folder / "answer.json"
        answer.unlink(missing_ok=True)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        tag = f"{language}_{'dark' if dark else 'light'}_{size}"
        environment = {
            key: value
            for key, value in os.environ.items()
            if key in ("PATH", "USER", "LD_LIBRARY_PATH", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "TMPDIR")
        }
        environment.update(
            HOME=str(folder),
            LANG="ja_JP.UTF-8" if language == "ja" else "C.UTF-8",
            XDG_RUNTIME_DIR=str(runtime),
            PYTHONPATH=sysconfig.get_paths()["purelib"],
            PYTHONWARNINGS="ignore",
            PYTHONDONTWRITEBYTECODE="1",
            WALK_ANSWER=str(answer),
            WALK_PICTURES=str(SCREENSHOTS / tag),
            WALK_SIZE=size,
            WALK_LIBRARY=str(WALKS),
            **{f"WALK_{key.upper()}": value for key, value in options.items()},
        )
        width, height = (int(part) for part in size.split("x"))
        command = [
            "xvfb-run",
            "-a",
            "-s",
            f"-screen 0 {max(width, 1280)}x{max(height, 720)}x24",
            "qgis",
            "--nologo",
            "--noversioncheck",
            "--profiles-path",
            str(profiles),
            "--code",
            str(WALKS / f"{name}.py"),
        ]
        environment["WALK_PATIENCE"] = str(timeout - 30)
        # A group of its own: xvfb-run and QGIS go together when the time is up.
        with subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=str(folder),
            start_new_session=True,
        ) as process:
            try:
                output, _nothing = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                output, _nothing = process.communicate()
        (folder / "qgis.log").write_text(output, encoding="utf-8")
        # A crash comes with the stacks of all threads where gdb is installed: the lines without news are left out.
        told = "\n".join(line for line in output.splitlines() if not line.startswith("No symbol table"))[-20000:]
        assert answer.exists(), f"QGIS ended without an answer (code {process.returncode}):\n{told}"
        result: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        assert "error" not in result, f"{result['error']}\n{told}"
        return result

    return run
