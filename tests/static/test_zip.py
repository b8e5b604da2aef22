"""The plugin zip as ``git archive`` builds it from the last commit, against the rules of the QGIS plugins site."""

from __future__ import annotations

import configparser
import io
import re
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "land_stewardship"
MEGABYTE = 1024 * 1024
# Bytes; the site refuses more.
LARGEST = 25 * MEGABYTE
KEYS = (
    "name", "description", "version", "qgisMinimumVersion", "author", "email",
    "about", "tracker", "repository", "homepage",
)  # fmt: skip
FORBIDDEN_SUFFIXES = {
    ".a", ".bat", ".bin", ".class", ".cmd", ".com", ".dll", ".dylib", ".exe", ".jar", ".msi",
    ".o", ".ps1", ".pyc", ".pyd", ".pyo", ".sh", ".so", ".whl",
}  # fmt: skip
FORBIDDEN_FOLDERS = {"__pycache__", "__MACOSX", "tests", "test", "scripts", "benchmarks", "out", "dist", "node_modules"}
EXECUTABLE_STARTS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"\xca\xfe\xba\xbe")


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    made = subprocess.run(
        ["git", "-c", "safe.directory=*", "archive", "--format=zip", f"--prefix={NAME}/", "HEAD"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return zipfile.ZipFile(io.BytesIO(made.stdout))


@pytest.fixture(scope="module")
def files(archive: zipfile.ZipFile) -> list[str]:
    return [info.filename for info in archive.infolist() if not info.is_dir()]


@pytest.fixture(scope="module")
def metadata(archive: zipfile.ZipFile) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(archive.read(f"{NAME}/metadata.txt").decode("utf-8"))
    return dict(parser["general"])


def test_is_not_too_large(archive: zipfile.ZipFile) -> None:
    packed = sum(info.compress_size for info in archive.infolist())
    assert packed <= LARGEST, f"{packed / MEGABYTE:.1f} MB"


def test_has_one_top_folder(files: list[str]) -> None:
    assert {name.split("/")[0] for name in files} == {NAME}


@pytest.mark.parametrize("name", ["__init__.py", "metadata.txt", "LICENSE", "plugin.py", "README.md", "README.ja.md"])
def test_has_what_it_needs(files: list[str], name: str) -> None:
    assert f"{NAME}/{name}" in files


@pytest.mark.parametrize("folder", ["core", "gis", "processing", "ui", "resources", "sample_data"])
def test_has_every_part(files: list[str], folder: str) -> None:
    assert any(name.startswith(f"{NAME}/{folder}/") for name in files)


def test_has_no_hidden_file(files: list[str]) -> None:
    assert [name for name in files if any(part.startswith(".") for part in name.split("/"))] == []


def test_has_nothing_of_the_workshop(files: list[str]) -> None:
    assert [name for name in files if FORBIDDEN_FOLDERS & set(PurePosixPath(name).parts)] == []
    assert [name for name in files if PurePosixPath(name).name in {"Makefile", "pyproject.toml", "conftest.py"}] == []
    assert [name for name in files if PurePosixPath(name).name.startswith("requirements")] == []


def test_has_no_program(archive: zipfile.ZipFile, files: list[str]) -> None:
    assert [name for name in files if PurePosixPath(name).suffix.lower() in FORBIDDEN_SUFFIXES] == []
    assert [name for name in files if archive.read(name)[:4].startswith(EXECUTABLE_STARTS)] == []
    linked = [info.filename for info in archive.infolist() if (info.external_attr >> 16) & 0o170000 == 0o120000]
    assert linked == [], "symbolic links do not survive on Windows"


def test_names_work_on_every_system(files: list[str]) -> None:
    assert [name for name in files if re.search(r'[<>:"\\|?*\x00-\x1f]', name)] == []
    folded: dict[str, str] = {}
    for name in files:
        other = folded.setdefault(name.lower(), name)
        assert other == name, f"{other} and {name} are one file on Windows"
    assert [name for name in files if len(name) > 150] == [], "too long for the profile folder of Windows"


def test_every_python_file_compiles(archive: zipfile.ZipFile, files: list[str]) -> None:
    for name in files:
        if name.endswith(".py"):
            compile(archive.read(name).decode("utf-8"), name, "exec", dont_inherit=True)


@pytest.mark.parametrize("key", KEYS)
def test_metadata_has(metadata: dict[str, str], key: str) -> None:
    assert metadata.get(key, "").strip(), f"metadata.txt: {key} is missing"


def test_metadata_is_sound(metadata: dict[str, str], files: list[str]) -> None:
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?(-?(alpha|beta|rc)\.?\d*)?", metadata["version"])
    assert metadata["qgisMinimumVersion"] == "3.22"
    assert metadata["qgisMaximumVersion"] == "4.99"
    assert metadata["hasProcessingProvider"] == "yes"
    assert re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", metadata["email"])
    for key in ("tracker", "repository", "homepage"):
        assert metadata[key].startswith("https://"), key
    assert "supportsQt6" not in metadata, "no longer read by QGIS"
    assert f"{NAME}/{metadata['icon']}" in files


def test_translations_are_compiled(files: list[str]) -> None:
    sources = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-tree", "-r", "--name-only", "HEAD"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    wanted = [f"{NAME}/{name[:-3]}.qm" for name in sources.stdout.splitlines() if name.endswith(".ts")]
    assert [name for name in wanted if name not in files] == []
