"""Zip archives (also workbooks, which are zips): refused when they could do harm, before anything is unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from ..errors import InputError
from ..texts import Text

_CHUNK = 1 << 16
#: What the zip module raises on damaged archives.
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


LEADS_OUT = Text("a file in it points outside", "中のファイルが外の場所を指しています")


class Limits(NamedTuple):
    """What an archive may hold. Sizes in bytes, unpacked; ``ratio`` counts only above ``small``.

    Shapefiles and workbooks compress 5:1 to 60:1; a bomb does 1,000:1.
    """

    members: int = 20_000
    member_bytes: int = 2 << 30
    total_bytes: int = 6 << 30
    ratio: int = 300
    small: int = 16 << 20


#: For shapefiles, GeoJSON and the like in a zip.
DATA = Limits()
#: For workbooks.
WORKBOOK = Limits(members=5_000, member_bytes=512 << 20, total_bytes=1 << 30)


def damaged(name: str) -> InputError:
    """The sentence for an archive that cannot be read."""
    return InputError(
        Text(
            "{file} is damaged or not complete. Ask for it again.",
            "{file}は壊れているか、途中で切れています。もう一度もらってください。",
        ).format(file=name)
    )


def _harmful(name: str, why: Text) -> InputError:
    return InputError(
        Text(
            "{file} was not opened: {why}. Check where it came from.",
            "{file}は開きませんでした（{why}）。入手元を確かめてください。",
        ).format(file=name, why=why)
    )


def open_archive(stream: IO[bytes], name: str, limits: Limits = DATA) -> zipfile.ZipFile:
    """The archive in ``stream`` after a look at its list of contents.

    Raises ``InputError`` when it is damaged, locked, too large unpacked, or names files outside itself.
    """
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
    except BROKEN as error:
        raise damaged(name) from error
    if len(members) > limits.members:
        raise _harmful(name, Text("it holds too many files", "ファイルの数が多すぎます"))
    total = 0
    for member in members:
        check_name(member.filename, name)
        if member.flag_bits & 0x1:
            raise InputError(
                Text(
                    "{file} is locked with a password. Ask for it without one.",
                    "{file}にはパスワードがかかっています。パスワードなしのファイルをもらってください。",
                ).format(file=name)
            )
        total += member.file_size
        allowed = max(limits.small, member.compress_size * limits.ratio)
        if member.file_size > min(allowed, limits.member_bytes) or total > limits.total_bytes:
            raise _harmful(name, Text("it unpacks to far too much", "展開すると大きすぎます"))
    return archive


def check_name(member: str, name: str) -> None:
    """Raise ``InputError`` when a member's name leads out of the archive or is no plain path."""
    if leads_out(member):
        raise _harmful(name, LEADS_OUT)


def leads_out(member: str) -> bool:
    """Whether a member's name leads out of the archive (``../x``, ``/x``, ``C:x``) or is no plain path."""
    parts = member.replace("\\", "/").split("/")
    return ".." in parts or member.startswith(("/", "\\")) or member[1:2] == ":" or "\0" in member


def read_member(archive: zipfile.ZipFile, member: str, name: str, limits: Limits) -> bytes:
    """All bytes of one member within the limits; raises ``InputError`` when damaged or too large."""
    return b"".join(stream_member(archive, member, name, limits))


def stream_member(archive: zipfile.ZipFile, member: str, name: str, limits: Limits) -> Iterator[bytes]:
    """The bytes of one member piece by piece; raises ``InputError`` when damaged or too large."""
    done = 0
    try:
        with archive.open(member) as stream:
            source: Any = stream
            while True:
                part = source.read(_CHUNK)
                if not part:
                    return
                done += len(part)
                if done > limits.member_bytes:
                    raise _harmful(name, Text("it unpacks to far too much", "展開すると大きすぎます"))
                yield part
    except InputError:
        raise
    except BROKEN as error:
        raise damaged(name) from error
