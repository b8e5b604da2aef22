"""Land registry map files in archives: opened, bounded, never written to disk.

Zips and zips inside them are unpacked in memory, with limits on number, size, ratio and depth that real data never
reaches; names inside an archive serve as labels only and never as paths, and one that leads out of it is refused.
"""

from __future__ import annotations

import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, Union

from ..errors import InputError
from ..tables.archive import leads_out
from ..texts import Text

Source = Union[str, "os.PathLike[str]", bytes, BinaryIO]

_CHUNK = 1 << 18

#: What reading a damaged archive may end in; found by reading archives damaged at random.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class Limits(NamedTuple):
    """How much an archive or file may hold before it is refused (guards against zip bombs).

    Sizes in bytes, uncompressed. A real map file compresses about 30:1.
    """

    members: int = 50_000
    member_bytes: int = 1 << 30
    total_bytes: int = 8 << 30
    ratio: int = 250
    nesting: int = 2
    xml_depth: int = 64


#: Limits that real data never reaches.
LIMITS = Limits()


class Finding(NamedTuple):
    """Something the reader could not use as it stands.

    ``kind``: unreadable_file, unknown_crs, broken_ring, no_shape, repeated_lot; ``source``: file;
    ``lot``: lot number or ``""``.
    """

    kind: str
    source: str
    lot: str
    text: Text


class Budget:
    """Counts what has been unpacked over a whole run."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members = 0
        self.bytes = 0

    def member(self, name: str) -> None:
        self.members += 1
        if self.members > self.limits.members:
            raise InputError(
                Text(
                    "{name} holds more than {limit} files and was not read. Split it into smaller archives.",
                    "{name}には{limit}個を超えるファイルが入っているため、読み込みませんでした。分けてください。",
                ).format(name=name, limit=self.limits.members)
            )

    def spend(self, size: int, name: str) -> None:
        self.bytes += size
        if self.bytes > self.limits.total_bytes:
            raise too_large(name)


def too_large(name: str) -> InputError:
    """Why a file that grows beyond all limits is not read."""
    return InputError(
        Text(
            "{name} unpacks to far more than a map file should and was not read. Check where it came from.",
            "{name}は展開すると大きすぎるため、読み込みませんでした。入手元を確かめてください。",
        ).format(name=name)
    )


class Bounded(io.RawIOBase):
    """Passes on reads of ``stream`` and refuses once more than ``limit`` bytes came out."""

    def __init__(self, stream: Any, limit: int, name: str, budget: Budget) -> None:
        self._stream, self._limit, self._name, self._budget = stream, limit, name, budget
        self.done = 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(_CHUNK if size is None or size < 0 else size)
        self.done += len(data)
        if self.done > self._limit:
            raise too_large(self._name)
        self._budget.spend(len(data), self._name)
        return data

    def rest(self) -> bytes:
        """Everything that is left."""
        parts: list[bytes] = []
        while True:
            part = self.read(_CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)


def _member_path(info: zipfile.ZipInfo) -> str:
    """Name of an archive member as it was meant; names written in CP932 are put right."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("cp932")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return name


def _unpack(
    stream: Any, name: str, budget: Budget, depth: int, findings: list[Finding]
) -> Iterator[tuple[str, Bounded, int]]:
    """Yield every XML of a zip, also of zips inside it, without writing anything to disk."""
    try:
        archive = zipfile.ZipFile(stream)
        members = sorted(archive.infolist(), key=lambda info: info.filename)
    except DAMAGED:
        findings.append(unreadable(name, Text("it is not a zip file", "zipファイルではありません")))
        return
    for info in members:
        path = _member_path(info)
        label = path.replace("\\", "/").rsplit("/", 1)[-1]
        kind = os.path.splitext(label)[1].lower()
        if info.is_dir() or label.startswith("._") or kind not in (".xml", ".zip"):
            continue
        budget.member(name)
        if leads_out(path):
            findings.append(
                unreadable(label, Text("its name points outside the archive", "圧縮ファイルの外の場所を指しています"))
            )
            continue
        if info.flag_bits & 0x1:
            findings.append(unreadable(label, Text("it is locked with a password", "パスワードがかかっています")))
            continue
        allowed = min(budget.limits.member_bytes, max(info.compress_size, 1) * budget.limits.ratio)
        try:
            opened = archive.open(info)
        except DAMAGED:
            findings.append(unreadable(label, Text("the archive is damaged", "圧縮ファイルが壊れています")))
            continue
        bounded = Bounded(opened, allowed, label, budget)
        if kind == ".xml":
            yield label, bounded, info.file_size
            continue
        if depth >= budget.limits.nesting:
            findings.append(
                unreadable(label, Text("archives are nested too deeply", "圧縮ファイルが何重にも入っています"))
            )
            continue
        try:
            inner = io.BytesIO(bounded.rest())
        except InputError as error:
            findings.append(Finding("unreadable_file", label, "", error.text))
            continue
        except DAMAGED:
            findings.append(unreadable(label, Text("the archive is damaged", "圧縮ファイルが壊れています")))
            continue
        yield from _unpack(inner, label, budget, depth + 1, findings)


def unreadable(name: str, why: Text) -> Finding:
    """The finding about a file that could not be read."""
    return Finding(
        "unreadable_file",
        name,
        "",
        Text("{name} was not read: {why}.", "{name}は読み込めませんでした（{why}）。").format(name=name, why=why),
    )


def open_source(
    source: Source, name: str, budget: Budget, findings: list[Finding]
) -> Iterator[tuple[str, Bounded, int]]:
    """Yield (label, stream, size) of every XML behind one source; decides by content, not by name."""
    opened, start = None, 0
    try:
        if isinstance(source, (bytes, bytearray)):
            stream: Any = io.BytesIO(source)
        elif hasattr(source, "read"):
            stream = source
        else:
            stream = opened = open(os.fspath(source), "rb")  # noqa: SIM115 - closed below, after the last yield
        start = stream.tell()
        head = stream.read(4)
        stream.seek(0, os.SEEK_END)
        size = stream.tell() - start
        stream.seek(start)
        if head[:2] == b"PK":
            yield from _unpack(stream, name, budget, 0, findings)
        else:
            yield name, Bounded(stream, budget.limits.member_bytes, name, budget), size
    except OSError:
        findings.append(unreadable(name, Text("it could not be opened", "開けませんでした")))
    finally:
        if opened is not None:
            opened.close()
        elif hasattr(source, "seek"):
            source.seek(start)  # an open file is read once for its header and once for its lots
