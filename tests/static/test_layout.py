"""The rules of the code, read from its syntax tree.

Who may import whom, no heavy import at load, Python 3.9, ready for Qt 6, nothing unsafe. Every finding names
``file:line`` and the rule. The rules themselves are tried on small bad examples at the end of this file.
"""

from __future__ import annotations

import ast
import enum
import importlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, Optional

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "gis", "processing", "ui")
ROOT_FILES = ("__init__.py", "plugin.py", "compat.py")

# What core may use besides the standard library.
CORE_PACKAGES = {"geopandas", "shapely", "pandas", "numpy", "scipy", "pyproj"}
# A bare QGIS may lack these: nothing that loads with the plugin may import them at its top.
HEAVY = {
    "fiona", "geopandas", "jinja2", "lxml", "matplotlib", "openpyxl", "pandas", "pyogrio", "pyproj", "rasterio",
    "scipy", "shapely", "yaml",
}  # fmt: skip
QT_BINDINGS = {"PyQt5", "PyQt6", "PySide2", "PySide6", "sip"}
WIDGETS = ("qgis.gui", "qgis.PyQt.QtWidgets", "qgis.PyQt.uic", "qgis.utils")
UNSAFE_MODULES = {
    "dill": "pickle can run code", "marshal": "pickle can run code", "pickle": "pickle can run code",
    "shelve": "pickle can run code", "tarfile": "tar extraction can write anywhere",
    "ftplib": "no network of our own", "http.client": "no network of our own", "requests": "no network of our own",
    "smtplib": "no network of our own", "socket": "no network of our own", "telnetlib": "no network of our own",
    "urllib.request": "no network of our own",
}  # fmt: skip
GONE_IN_QT6 = {"QRegExp", "QRegExpValidator", "QDesktopWidget", "QTextCodec", "QStringList", "QSignalMapper", "QMatrix"}
GONE_METHODS = {
    "exec_": "exec()",
    "processEvents": "a QgsTask: processEvents() lets the user click into half-done work",
}
# Files of core that may open something, and what: always something the caller names, or the package's own resources.
MAY_OPEN = {
    "core/parcels/mojarchive.py": "the sources handed in, when they are paths",
    "core/plan/report.py": "icons of the package",
    "core/plan/swatches.py": "icons of the package",
    "core/plan/symbols.py": "resources/*.json of the package",
}
# Further packages single files of core may import inside functions, and why.
MAY_IMPORT = {
    ("core/plan/tablefiles.py", "openpyxl"): "writes a workbook into the stream handed in",
}
# Words and tables of the core that the dock shows: no computing behind them, no heavy package (see the test below).
WORDS_OF_CORE = {
    "core.condition.forecast_words", "core.condition.words", "core.errors", "core.estimates",
    "core.externality.words", "core.inputs",
    "core.intake", "core.intake_report", "core.parcels.findings", "core.parcels.lifefields", "core.parcels.lotfields",
    "core.parcels.lotletters", "core.parcels.lotnumber", "core.parcels.matchwords", "core.parcels.repairfields",
    "core.plan.codes", "core.plan.swatches", "core.plan.symbols",
    "core.schema", "core.sources.systems", "core.texts",
}  # fmt: skip
OPENERS = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "read_file", "to_file"}


class Module(NamedTuple):
    """One source file: its path below the root, its dotted name inside the package, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def part(self) -> str:
        """``core``, ``gis``, ``processing``, ``ui``, or the file name in the root."""
        return self.path.split("/")[0]

    @property
    def name(self) -> str:
        """Dotted name below the package, ``""`` for the package itself."""
        parts = self.path[: -len(".py")].split("/")
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")


class Import(NamedTuple):
    """One imported name. ``inside`` is the dotted name below the package, None for any other package."""

    line: int
    level: int
    module: str
    name: Optional[str]
    inside: Optional[str]
    lazy: bool
    typing_only: bool


def parse(path: str, text: str) -> Module:
    return Module(path, text, ast.parse(text, filename=path))


@cache
def modules() -> tuple[Module, ...]:
    """Every source file of the package."""
    paths = [ROOT / name for name in ROOT_FILES if (ROOT / name).exists()]
    for folder in FOLDERS:
        paths += sorted((ROOT / folder).rglob("*.py"))
    return tuple(parse(p.relative_to(ROOT).as_posix(), p.read_text(encoding="utf-8")) for p in paths)


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def imports(module: Module) -> Iterator[Import]:
    """Every import with where it stands."""
    package = module.name.split(".") if module.name else []
    if not module.is_package:
        package = package[:-1]

    def walk(node: ast.AST, lazy: bool, typing_only: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, 0, alias.name, None, None, lazy, typing_only)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inside = None
                if node.level:
                    base = package[: len(package) - (node.level - 1)] if node.level > 1 else package
                    inside = ".".join([*base, *(node.module.split(".") if node.module else [])])
                yield Import(node.lineno, node.level, node.module or "", alias.name, inside, lazy, typing_only)
        elif isinstance(node, ast.If) and is_type_checking(node.test):
            for child in node.body:
                yield from walk(child, lazy, True)
            for child in node.orelse:
                yield from walk(child, lazy, typing_only)
        else:
            inner = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            for child in ast.iter_child_nodes(node):
                yield from walk(child, inner, typing_only)

    return walk(module.tree, False, False)


def target_part(found: Import) -> str:
    """The part of the package an import inside it reaches: ``core``, ``gis``, …, ``compat``, ``plugin`` or ``""``."""
    assert found.inside is not None
    return found.inside.split(".")[0] if found.inside else (found.name or "")


def reaches_words(found: Import) -> bool:
    """Whether an import inside the package reaches only words and tables of the core."""
    return found.inside in WORDS_OF_CORE or f"{found.inside}.{found.name}" in WORDS_OF_CORE


def starts(name: str, prefixes: Iterable[str]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def full_names(found: Import) -> list[str]:
    """``from qgis.PyQt import QtWidgets`` names ``qgis.PyQt`` and ``qgis.PyQt.QtWidgets``."""
    return [found.module] + ([f"{found.module}.{found.name}"] if found.name else [])


# --- rules: each takes a module and yields (line, what is wrong) ---

Finding = tuple[int, str]


def rule_imports(module: Module) -> Iterator[Finding]:
    """Who may import whom."""
    allowed = {
        "core": {"core"},
        "gis": {"core", "gis", "compat"},
        "processing": {"core", "gis", "processing", "compat"},
        "ui": {"gis", "ui", "compat"},
        "plugin.py": {"gis", "processing", "ui", "compat"},
        "compat.py": set(),
        "__init__.py": {"plugin", "gis"},
    }[module.part]
    for found in imports(module):
        if found.inside is None:
            top = found.module.split(".")[0]
            names = full_names(found)
            if top in {"land_stewardship", "core", "gis", "ui"} or top == "processing":
                hint = "write 'from qgis import processing'" if top == "processing" else "write it relative"
                yield found.line, f"import of '{found.module}': {hint}"
            elif top in QT_BINDINGS:
                yield found.line, f"import of '{found.module}': Qt comes through qgis.PyQt only"
            elif module.part == "core" and top == "qgis":
                yield found.line, f"core imports '{found.module}': core knows neither QGIS nor Qt"
            elif module.part == "core" and top not in CORE_PACKAGES and top not in sys.stdlib_module_names:
                if (module.path, top) in MAY_IMPORT and found.lazy:
                    continue
                yield found.line, f"core imports '{found.module}': only {', '.join(sorted(CORE_PACKAGES))} are allowed"
            elif module.part in {"gis", "processing", "compat.py"} and any(starts(n, WIDGETS) for n in names):
                yield found.line, f"{module.part} imports '{names[-1]}': no widgets and no iface here"
            elif module.part == "ui" and any(starts(n, ["qgis.utils.iface"]) for n in names):
                yield found.line, "ui imports iface: it is handed in"
            continue
        part = target_part(found)
        if module.part == "ui" and part == "core" and (found.typing_only or reaches_words(found)):
            continue
        if part not in allowed:
            reason = {
                ("ui", "core"): "only its words and tables, or under TYPE_CHECKING",
                ("ui", "processing"): "run the algorithm by its id",
            }.get((module.part, part), f"allowed: {', '.join(sorted(allowed)) or 'nothing of the package'}")
            yield found.line, f"{module.part} imports {part or 'the package itself'}: {reason}"
        elif module.part in {"plugin.py", "__init__.py"} and part in {"ui", "plugin"} and not found.lazy:
            if not found.typing_only:
                yield (
                    found.line,
                    f"{module.part} imports {part} at its top: import it inside the function that needs it",
                )


def rule_targets_exist(module: Module) -> Iterator[Finding]:
    """A relative import leads to a file of the package."""
    for found in imports(module):
        if found.inside is None:
            continue
        base = ROOT.joinpath(*found.inside.split(".")) if found.inside else ROOT
        if not (base.is_dir() or base.with_suffix(".py").exists()):
            yield found.line, f"relative import of '{found.inside}': there is no such module"


def rule_qgis_names_exist(module: Module) -> Iterator[Finding]:
    """A name imported from qgis exists in the QGIS that runs the tests."""
    guarded = {
        node.lineno
        for attempt in ast.walk(module.tree)
        if isinstance(attempt, ast.Try)
        for statement in attempt.body
        for node in ast.walk(statement)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    for found in imports(module):
        if found.inside is not None or found.module.split(".")[0] != "qgis" or found.name in {None, "*"}:
            continue
        if found.line in guarded or found.typing_only or full_names(found)[-1] == "qgis.processing":
            continue
        holder = qgis_module(found.module)
        if holder is None or not (hasattr(holder, found.name or "") or qgis_module(full_names(found)[-1])):
            yield found.line, f"'{found.name}' does not exist in {found.module} of this QGIS"


@cache
def qgis_module(name: str) -> Optional[object]:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def rule_no_opening_in_core(module: Module) -> Iterator[Finding]:
    """core opens no file: the caller hands in bytes, text or frames. MAY_OPEN lists the exceptions and why."""
    if module.part != "core" or module.path in MAY_OPEN:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if name in OPENERS and not is_archive_member(function):
                yield node.lineno, f"core calls {name}(): files are opened outside core"


def is_archive_member(function: ast.expr) -> bool:
    """``archive.open(…)``: a member of a zip whose bytes the caller handed in."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "open"
        and isinstance(function.value, ast.Name)
        and function.value.id in {"archive", "bundle"}
    )


def rule_python39(module: Module) -> Iterator[Finding]:
    """Python 3.9: what QGIS 3.22 brings on Windows and macOS."""
    try:
        ast.parse(module.text, filename=module.path, feature_version=(3, 9))
    except SyntaxError as error:
        yield error.lineno or 1, f"not Python 3.9: {error.msg}"
    annotations = set()
    for node in ast.walk(module.tree):
        for field in ("annotation", "returns"):
            child = getattr(node, field, None)
            if isinstance(child, ast.AST):
                annotations.update(id(inner) for inner in ast.walk(child))
    types = {"int", "float", "str", "bytes", "bool", "list", "dict", "tuple", "set"}
    has_future = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.names[0].name == "annotations"
        for node in module.tree.body
    )
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.BitOr)
            and not (id(node) in annotations and has_future)
        ):
            for side in (node.left, node.right):
                if (isinstance(side, ast.Constant) and side.value is None) or (
                    isinstance(side, ast.Name) and side.id in types
                ):
                    yield node.lineno, "not Python 3.9: 'X | Y' between types; use Optional, Union or a tuple"
                    break
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            keywords = {keyword.arg for keyword in node.keywords}
            if name == "zip" and "strict" in keywords:
                yield node.lineno, "not Python 3.9: zip(strict=)"
            if name == "dataclass" and keywords & {"slots", "kw_only"}:
                yield node.lineno, "not Python 3.9: dataclass(slots=, kw_only=)"
    for found in imports(module):
        new = {
            "itertools.pairwise", "datetime.UTC", "enum.StrEnum", "tomllib", "types.NoneType", "typing.assert_never",
            "typing.NotRequired", "typing.override", "typing.ParamSpec", "typing.Self", "typing.TypeAlias",
            "typing.TypeGuard",
        }  # fmt: skip
        late = new & set(full_names(found))
        if late and not found.typing_only:
            yield found.line, f"not Python 3.9: {late.pop()}"


def enum_owner(holder: object, attribute: str) -> Optional[str]:
    """The scope an enum member should be named with, None when the attribute is no enum member."""
    value = getattr(holder, attribute, None)
    kind = type(value)
    is_member = isinstance(value, enum.Enum) or (isinstance(value, int) and kind not in (int, bool))
    if not is_member or isinstance(holder, enum.EnumMeta):
        return None
    scope = getattr(holder, kind.__name__, None)
    return kind.__name__ if isinstance(scope, type) and hasattr(scope, attribute) else None


def rule_qt6(module: Module) -> Iterator[Finding]:
    """Ready for Qt 6: scoped enums, no names that are gone."""
    classes = {}
    for found in imports(module):
        if found.module.split(".")[0] == "qgis" and found.name and found.inside is None:
            holder = qgis_module(found.module)
            value = getattr(holder, found.name, None)
            if isinstance(value, type):
                classes[found.name] = value
            if found.name in GONE_IN_QT6:
                yield found.line, f"{found.name} is gone in Qt 6"
    for node in ast.walk(module.tree):
        # Other events (help, context menu) keep globalPos() in Qt 6.
        if isinstance(node, ast.FunctionDef) and re.match("mouse|wheel|canvas|tablet", node.name):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Attribute) and inner.attr in {"globalPos", "globalX", "globalY"}:
                    yield (
                        inner.lineno,
                        f".{inner.attr} of a mouse event is gone in Qt 6: globalPosition(), by compat.py",
                    )
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in GONE_METHODS:
            yield node.lineno, f".{node.attr}: use {GONE_METHODS[node.attr]}"
        if not isinstance(node.value, ast.Name) or module.part == "compat.py":
            continue
        if node.value.id == "QVariant":
            yield node.lineno, f"QVariant.{node.attr} is gone in Qt 6: field types come from compat.py"
        elif node.value.id in classes:
            scope = enum_owner(classes[node.value.id], node.attr)
            if scope:
                yield node.lineno, f"{node.value.id}.{node.attr}: write {node.value.id}.{scope}.{node.attr}"
            elif node.value.id == "Qt" and node.attr == "MidButton":
                yield node.lineno, "Qt.MidButton is gone in Qt 6: Qt.MouseButton.MiddleButton"


def rule_translation(module: Module) -> Iterator[Finding]:
    """tr() gets a literal: only literals can be translated."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            argument = node.args[0]
            if name != "tr":
                continue
            if isinstance(argument, ast.JoinedStr):
                yield node.lineno, "f-string inside tr(): write tr('… {x} …').format(x=x)"
            elif isinstance(argument, ast.BinOp) or (
                isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format"
            ):
                yield node.lineno, "tr() of a composed string: compose after translating"


def rule_safety(module: Module) -> Iterator[Finding]:
    """Nothing the plugins site's scans block, nothing that swallows every error."""
    for found in imports(module):
        for name in full_names(found):
            if name in UNSAFE_MODULES:
                yield found.line, f"import of {name}: {UNSAFE_MODULES[name]}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "bare except: name the errors you expect"
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in {"eval", "exec", "__import__"}:
            yield node.lineno, f"{function.id}()"
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            called = f"{function.value.id}.{function.attr}"
            if called in {"yaml.load", "yaml.unsafe_load", "os.system", "os.popen", "tempfile.mktemp"}:
                yield node.lineno, f"{called}()"
        for keyword in node.keywords:
            if keyword.arg == "shell" and isinstance(keyword.value, ast.Constant) and keyword.value.value:
                yield node.lineno, "shell=True"


RULES = (
    rule_imports,
    rule_targets_exist,
    rule_qgis_names_exist,
    rule_no_opening_in_core,
    rule_python39,
    rule_qt6,
    rule_translation,
    rule_safety,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule) -> None:
    assert modules(), "no source file of the package was found"
    findings = sorted({f"{m.path}:{line}: {what}" for m in modules() for line, what in rule(m)})
    assert not findings, f"{rule.__doc__}\n" + "\n".join(findings)


# --- loading ---


def heavy_chains(sources: Iterable[Module]) -> list[str]:
    """How a file that loads with the plugin reaches a heavy package at import time, directly or through others."""
    by_name = {module.name: module for module in sources}
    eager: dict[str, list[tuple[int, str, bool]]] = {}
    for name, module in by_name.items():
        edges = eager.setdefault(name, [])
        for found in imports(module):
            if found.lazy or found.typing_only:
                continue
            if found.inside is None:
                if found.module.split(".")[0] in HEAVY:
                    edges.append((found.line, found.module.split(".")[0], True))
                continue
            child = f"{found.inside}.{found.name}".lstrip(".")
            parts = (child if child in by_name else found.inside).split(".")
            # Importing a.b.c runs a and a.b first.
            for end in range(1, len(parts) + 1):
                if ".".join(parts[:end]) in by_name:
                    edges.append((found.line, ".".join(parts[:end]), False))

    findings = []
    for name, module in sorted(by_name.items()):
        if module.part == "core":
            continue
        seen, queue = {name}, [(name, f"{module.path}", 0)]
        while queue:
            current, chain, first = queue.pop(0)
            for line, target, is_heavy in eager[current]:
                start = first or line
                if is_heavy:
                    findings.append(f"{module.path}:{start}: {target} at import time ({chain} -> {target})")
                elif target not in seen:
                    seen.add(target)
                    queue.append((target, f"{chain} -> {by_name[target].path}", start))
    return sorted(set(findings))


def test_nothing_heavy_at_load() -> None:
    """The plugin loads with bare PyQGIS: packages QGIS may lack are imported inside functions."""
    findings = heavy_chains(modules())
    assert not findings, "import it inside the function that needs it:\n" + "\n".join(findings)


# --- all text of the repository ---

MACHINE_PATHS = re.compile(r"(?<![\w.~$}/-])/(?:wor" + r"k|home|Users|roo" + r"t)/\w|[A-Z]:\\Users\\")
REGISTRY_HOSTS = re.compile(
    r"(?:pypi\.or" + r"g|pythonhosted\.or" + r"g|conda\.anaconda\.or" + r"g|npmjs\.(?:com|or" + r"g))"
)
TEXT = {
    ".py",
    ".md",
    ".txt",
    ".toml",
    ".sh",
    ".json",
    ".qml",
    ".qpt",
    ".sql",
    ".csv",
    ".ts",
    ".html",
    ".yml",
    ".yaml",
    "",
}


def text_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in found if path.suffix in TEXT and path.is_file()]


@pytest.mark.parametrize(
    ("pattern", "what"), [(MACHINE_PATHS, "path of one machine"), (REGISTRY_HOSTS, "package-registry host")]
)
def test_text_of_no_one_machine(pattern: re.Pattern, what: str) -> None:
    findings = []
    for path in text_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            match = pattern.search(line)
            if match:
                findings.append(f"{path.relative_to(ROOT)}:{number}: {what}: {match.group()}")
    assert not findings, "\n".join(findings)


def test_exceptions_are_still_needed() -> None:
    """A file that no longer opens or imports anything special leaves the lists of exceptions."""
    by_path = {module.path: module for module in modules()}
    for path in MAY_OPEN:
        calls = [node.func for node in ast.walk(by_path[path].tree) if isinstance(node, ast.Call)]
        assert any(getattr(f, "id", getattr(f, "attr", "")) in OPENERS for f in calls), (
            f"{path} opens nothing: MAY_OPEN"
        )
    for path, package in MAY_IMPORT:
        tops = {found.module.split(".")[0] for found in imports(by_path[path])}
        assert package in tops, f"{path} does not import {package}: MAY_IMPORT"


def test_words_of_core_are_light() -> None:
    by_name = {module.name: module for module in modules()}
    for name in sorted(WORDS_OF_CORE):
        for found in imports(by_name[name]):
            if found.level:
                assert reaches_words(found), f"{name} reaches beyond words: line {found.line}"
            else:
                assert found.module.split(".")[0] not in HEAVY, f"{name} imports {found.module}"


def test_every_folder_of_the_package_is_a_package() -> None:
    missing = sorted(
        {
            f"{path.parent.relative_to(ROOT).as_posix()}/__init__.py is missing"
            for folder in FOLDERS
            for path in (ROOT / folder).rglob("*.py")
            if not (path.parent / "__init__.py").exists()
        }
    )
    assert not missing, "\n".join(missing)


# --- the rules themselves ---

BAD = [
    (rule_imports, "core/a.py", "import qgis.core"),
    (rule_imports, "core/a.py", "from qgis.PyQt.QtCore import Qt"),
    (rule_imports, "core/a.py", "import requests_oauthlib"),
    (rule_imports, "core/parcels/a.py", "from ...gis import bridge"),
    (rule_imports, "core/a.py", "from ..compat import x"),
    (rule_imports, "gis/a.py", "from qgis.gui import QgsMapTool"),
    (rule_imports, "gis/a.py", "from qgis.PyQt.QtWidgets import QDialog"),
    (rule_imports, "gis/a.py", "from qgis.PyQt import QtWidgets"),
    (rule_imports, "gis/a.py", "def f():\n    from ..ui import dock"),
    (rule_imports, "processing/a.py", "from qgis.utils import iface"),
    (rule_imports, "processing/a.py", "from ..ui import dock"),
    (rule_imports, "ui/a.py", "from ..core import parcels"),
    (rule_imports, "ui/a.py", "def f():\n    from ..core import parcels"),
    (rule_imports, "ui/a.py", "from ..processing import provider"),
    (rule_imports, "ui/a.py", "from qgis.utils import iface"),
    (rule_imports, "ui/a.py", "import processing"),
    (rule_imports, "ui/a.py", "from land_stewardship.gis import bridge"),
    (rule_imports, "ui/a.py", "from PyQt5.QtCore import Qt"),
    (rule_imports, "plugin.py", "from .core import parcels"),
    (rule_imports, "plugin.py", "from .ui import dock"),
    (rule_imports, "compat.py", "from .gis import bridge"),
    (rule_targets_exist, "gis/a.py", "from .no_such_module import x"),
    (rule_qgis_names_exist, "gis/a.py", "from qgis.core import QgsNoSuchClass"),
    (rule_no_opening_in_core, "core/a.py", "open('x')"),
    (rule_no_opening_in_core, "core/a.py", "p.read_text()"),
    (rule_python39, "gis/a.py", "match x:\n    case 1: pass"),
    (rule_python39, "gis/a.py", "isinstance(x, int | str)"),
    (rule_python39, "gis/a.py", "def f(x: int | None): pass"),
    (rule_python39, "gis/a.py", "zip(a, b, strict=True)"),
    (rule_python39, "gis/a.py", "@dataclass(slots=True)\nclass A: pass"),
    (rule_python39, "gis/a.py", "from itertools import pairwise"),
    (rule_qt6, "ui/a.py", "from qgis.PyQt.QtCore import Qt\nx = Qt.UserRole"),
    (rule_qt6, "ui/a.py", "from qgis.PyQt.QtWidgets import QMessageBox\nx = QMessageBox.Yes | 1"),
    (rule_qt6, "ui/a.py", "from qgis.core import Qgis, QgsWkbTypes\nx = QgsWkbTypes.PolygonGeometry"),
    (rule_qt6, "ui/a.py", "dialog.exec_()"),
    (rule_qt6, "ui/a.py", "QApplication.processEvents()"),
    (rule_qt6, "ui/a.py", "class A:\n    def mousePressEvent(self, event):\n        event.globalPos()"),
    (rule_qt6, "ui/a.py", "from qgis.PyQt.QtCore import QRegExp"),
    (rule_qt6, "gis/a.py", "from qgis.PyQt.QtCore import QVariant\nx = QVariant.String"),
    (rule_translation, "ui/a.py", "tr(f'{x} lots')"),
    (rule_translation, "ui/a.py", "self.tr('{} lots'.format(x))"),
    (rule_translation, "ui/a.py", "tr('a' + b)"),
    (rule_safety, "gis/a.py", "import pickle"),
    (rule_safety, "gis/a.py", "from urllib import request"),
    (rule_safety, "gis/a.py", "eval('1')"),
    (rule_safety, "gis/a.py", "yaml.load(x)"),
    (rule_safety, "gis/a.py", "subprocess.run(x, shell=True)"),
    (rule_safety, "gis/a.py", "try:\n    pass\nexcept:\n    pass"),
]

GOOD = [
    (
        rule_imports,
        "core/parcels/a.py",
        "import json\nimport shapely\nfrom ..progress import Progress\nfrom . import b",
    ),
    (rule_imports, "gis/a.py", "from qgis.core import QgsFeature\nfrom ..core import texts\nfrom ..compat import x"),
    (rule_imports, "ui/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..core import parcels"),
    (
        rule_imports,
        "ui/a.py",
        "from qgis import processing\nfrom qgis.gui import QgsDockWidget\nfrom ..gis import bridge",
    ),
    (rule_imports, "plugin.py", "from .processing.provider import P\ndef f():\n    from .ui.dock import Dock"),
    (rule_python39, "gis/a.py", "from __future__ import annotations\ndef f(x: int | None) -> list[str]: pass"),
    (rule_python39, "gis/a.py", "flags = A.Flag.X | A.Flag.Y"),
    (rule_qt6, "ui/a.py", "from qgis.PyQt.QtCore import Qt\nx = Qt.ItemDataRole.UserRole\ny: Qt.CheckState = f()"),
    (rule_qt6, "ui/a.py", "from qgis.PyQt.QtCore import QTimer\nQTimer.singleShot(0, f)\ndialog.exec()"),
    (rule_translation, "ui/a.py", "tr('{n} lots').format(n=3)\ntr(name)"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_bad_example_is_found(rule, path: str, text: str) -> None:
    assert list(rule(parse(path, text))), f"{rule.__name__} accepts in {path}: {text}"


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_good_example_is_accepted(rule, path: str, text: str) -> None:
    assert list(rule(parse(path, text))) == []


def test_heavy_import_is_found_through_other_files() -> None:
    sources = [
        parse("core/__init__.py", ""),
        parse("core/checks.py", "import numpy\nimport shapely"),
        parse("core/light.py", "def f():\n    import shapely"),
        parse("processing/__init__.py", ""),
        parse("processing/direct.py", "from geopandas import GeoDataFrame"),
        parse("processing/indirect.py", "import os\nfrom ..core import checks"),
        parse("processing/fine.py", "from ..core import light\ndef f():\n    from ..core import checks"),
    ]
    assert heavy_chains(sources) == [
        "processing/direct.py:1: geopandas at import time (processing/direct.py -> geopandas)",
        "processing/indirect.py:2: shapely at import time (processing/indirect.py -> core/checks.py -> shapely)",
    ]


def test_machine_path_patterns() -> None:
    slash = "/"
    assert MACHINE_PATHS.search(f'open("{slash}home/someone/x")')
    assert MACHINE_PATHS.search(f"cd {slash}root/x")
    assert not MACHINE_PATHS.search("docs/work/home/x and $HOME/work/x and ~/root/x")
