#!/usr/bin/env python3
"""Keep the Japanese translation complete.

Every literal passed to ``tr("…")`` in the package is a source string. The translation lives in
resources/i18n/land_stewardship_ja.ts (Qt Linguist format, one context).

  i18n.py update           add new strings (unfinished), drop those no longer used
  i18n.py add FILE.json    fill in translations from {"English": "日本語", …}, then update
  i18n.py compile          write the .qm file with lrelease
  i18n.py check            fail on missing, unfinished, stale or placeholder-breaking translations
  i18n.py missing          print strings without a translation as JSON
"""

from __future__ import annotations

import ast
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
TS = ROOT / "resources" / "i18n" / "land_stewardship_ja.ts"
QM = TS.with_suffix(".qm")
CONTEXT = "LandStewardship"
CODE = ("plugin.py", "compat.py", "gis", "processing", "ui")


def source_files() -> Iterator[Path]:
    for name in CODE:
        path = ROOT / name
        if path.is_dir():
            yield from sorted(path.rglob("*.py"))
        elif path.exists():
            yield path


def source_strings() -> dict[str, str]:
    """Every translatable string with the first place it is used."""
    found: dict[str, str] = {}
    problems = []
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if name != "tr":
                continue
            argument = node.args[0]
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.setdefault(argument.value, where)
            elif path.name != "i18n.py":
                problems.append(f"{where}: tr() needs a literal string")
    if problems:
        raise SystemExit("\n".join(problems))
    return found


def read_ts() -> dict[str, str]:
    if not TS.exists():
        return {}
    messages = {}
    for message in ElementTree.parse(TS).getroot().iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        text = translation.text if translation is not None and translation.text else ""
        messages[source] = text
    return messages


def write_ts(translations: dict[str, str], keep_unknown: bool = False) -> None:
    sources = source_strings()
    known = set(sources) | (set(translations) if keep_unknown else set())
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        '<TS version="2.1" language="ja" sourcelanguage="en">',
        "<context>",
        f"    <name>{CONTEXT}</name>",
    ]
    for source in sorted(known):
        text = translations.get(source, "")
        state = "" if text else ' type="unfinished"'
        lines += [
            "    <message>",
            f"        <source>{escape(source)}</source>",
            f"        <translation{state}>{escape(text)}</translation>",
            "    </message>",
        ]
    lines += ["</context>", "</TS>", ""]
    TS.parent.mkdir(parents=True, exist_ok=True)
    TS.write_text("\n".join(lines), encoding="utf-8")


def lrelease() -> str:
    for name in ("lrelease", "lrelease-qt5", "lrelease-qt6", "/usr/lib/qt5/bin/lrelease", "/usr/lib/qt6/bin/lrelease"):
        found = shutil.which(name)
        if found:
            return found
    raise SystemExit("lrelease not found; run: make setup")


def compile_qm(target: Path = QM) -> None:
    # A running QGIS has the old file mapped into memory: replace it, never write into it.
    fresh = target.with_suffix(".new")
    subprocess.run([lrelease(), "-silent", str(TS), "-qm", str(fresh)], check=True)
    os.replace(fresh, target)


def check() -> int:
    sources, translations = source_strings(), read_ts()
    problems = []
    for source, where in sources.items():
        text = translations.get(source, "")
        if not text:
            problems.append(f"{where}: no Japanese for “{source}”")
            continue
        if sorted(re.findall(r"\{\w*", source)) != sorted(re.findall(r"\{\w*", text)):
            problems.append(f"{where}: placeholders differ: “{source}” / “{text}”")
    for source in set(translations) - set(sources):
        problems.append(f"no longer used: “{source}” (run scripts/i18n.py update)")
    if not QM.exists() or QM.stat().st_size < 100:
        problems.append("the compiled .qm is missing (run scripts/i18n.py compile)")
    else:
        fresh = QM.with_name("check.qm")
        compile_qm(fresh)
        same = fresh.read_bytes() == QM.read_bytes()
        fresh.unlink()
        if not same:
            problems.append("the compiled .qm is older than the .ts (run scripts/i18n.py compile)")
    print("\n".join(problems) or f"translation complete: {len(sources)} strings")
    return 1 if problems else 0


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "check"
    TS.parent.mkdir(parents=True, exist_ok=True)
    with open(TS.parent / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if command == "check":
            return check()
        if command == "compile":
            compile_qm()
            return 0
        if command == "missing":
            translations = read_ts()
            lack = {s: "" for s in source_strings() if not translations.get(s)}
            print(json.dumps(lack, ensure_ascii=False, indent=1))
            return 0
        translations = read_ts()
        if command == "add":
            translations.update(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
        elif command != "update":
            print(__doc__)
            return 2
        write_ts(translations, keep_unknown=command == "add")
        compile_qm()
    return 0


if __name__ == "__main__":
    sys.exit(main())
