"""Runs measured jobs, each in a process of its own, in this machine's QGIS or in the QGIS 3.44 root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import shorten
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
#: Inside the repository, because the QGIS 3.44 root sees nothing else; ignored by git.
WORK = ROOT / "out" / "bench"
#: Where the repository lies inside the QGIS 3.44 root.
INSIDE = Path("/src/land_stewardship")
INSIDE_PYTHON = "/opt/land-stewardship/bin/python"


class Place(NamedTuple):
    """A QGIS to measure in."""

    name: str
    inside_root: bool


HERE = Place("QGIS of this machine", False)
LTS = Place("QGIS 3.44 root", True)


def path_in(place: Place, path: Path) -> str:
    """A path of the repository as the QGIS of ``place`` sees it."""
    return str(INSIDE / path.relative_to(ROOT)) if place.inside_root else str(path)


def run(place: Place, timeout: float, **job: Any) -> dict[str, Any]:
    """Measure one job. ``seconds`` is missing where it failed or took longer than ``timeout`` seconds."""
    WORK.mkdir(parents=True, exist_ok=True)
    file = WORK / "job.json"
    file.write_text(json.dumps(job), encoding="utf-8")
    script, described = path_in(place, ROOT / "benchmarks" / "inqgis.py"), path_in(place, file)
    limit = ["timeout", "--kill-after=5", str(int(timeout))]
    if place.inside_root:
        enter = [str(ROOT / "scripts" / "lts_root.sh"), "run"]
        command = [*enter, *limit, INSIDE_PYTHON, "-P", "-W", "ignore", script, described]
    else:
        command = [*limit, sys.executable, "-P", "-W", "ignore", script, described]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if lines:
        result = json.loads(lines[-1])
        assert isinstance(result, dict)
        return result
    if done.returncode in (124, 137):
        return {"failed": f"stopped after {timeout:,.0f} s", "outputs": {}}
    reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
    return {"failed": f"ended with code {done.returncode}: {reason}", "outputs": {}}


def machine() -> str:
    """The machine in general terms."""
    cores = os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores, {memory:.0f} GB"


def seconds(result: dict[str, Any]) -> str:
    """Time for a table."""
    if "seconds" not in result or result.get("failed"):
        return f"– ({shorten(result['failed'], 90, placeholder=' …')})"
    value = result["seconds"]
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def megabytes(result: dict[str, Any]) -> str:
    """Peak memory for a table."""
    return f"{result['memory_mb']:,.0f}" if "memory_mb" in result else "–"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def put(report: Path, section: str) -> None:
    """Put a section ("## Title", text) into the report in the place of the one with its title, or at the end."""
    text = report.read_text(encoding="utf-8") if report.exists() else "# Benchmarks\n"
    title = section.split("\n", 1)[0]
    begin = text.find(title + "\n")
    if begin < 0:
        report.write_text(f"{text.rstrip()}\n\n{section.rstrip()}\n", encoding="utf-8")
        return
    end = text.find("\n## ", begin + 1)
    after = text[end:] if end >= 0 else ""
    report.write_text(text[:begin] + section.rstrip() + "\n" + after, encoding="utf-8")


def sections(report: Path) -> dict[str, str]:
    """The sections of a report by their title line."""
    text = report.read_text(encoding="utf-8") if report.exists() else ""
    found = ["## " + part for part in text.split("\n## ")[1:]]
    return {part.split("\n", 1)[0]: part for part in found}
