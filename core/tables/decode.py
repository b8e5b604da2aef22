"""Bytes of a text table as text: which encoding, and what of it may look different on another computer."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple, Optional

from ..errors import InputError
from ..intake_report import NOTE, WARNING, Remark
from ..texts import Text

#: Marks at the beginning of a file that name its encoding.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 (BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
#: Tried in this order where no mark is: UTF-8 is never CP932 by chance but for a few letters.
_TRIED = (("utf-8", "UTF-8"), ("cp932", "CP932"))
#: Bytes at the end that a cut through one character can leave.
_TAIL = 3
#: One letter that cannot be read is let pass for so many lines; more mean another encoding or a damaged file.
_LINES_PER_LOSS = 20
#: Private-use characters: 外字 that exist only on the computer where they were drawn (CP932 0xF040–0xF9FC).
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFD))
#: CJK compatibility ideographs: among them the IBM extensions of CP932 without a plain twin (﨑, 﨟 …).
_EXTENDED = ((0xF900, 0xFAFF),)


class Decoded(NamedTuple):
    """Text with its ``encoding`` (for people) and ``remarks``."""

    text: str
    encoding: str
    remarks: list[Remark]


def _unreadable(name: str, line: Optional[int] = None) -> InputError:
    if line is None:
        return InputError(
            Text(
                "The letters in {file} cannot be read. Save it again as CSV (UTF-8).",
                "{file}の文字を読めません。CSV（UTF-8）で保存し直してください。",
            ).format(file=name)
        )
    return InputError(
        Text(
            "The letters in line {line} of {file} cannot be read. Save it again as CSV (UTF-8).",
            "{file}の{line}行目の文字を読めません。CSV（UTF-8）で保存し直してください。",
        ).format(file=name, line=line)
    )


def decode(data: bytes, name: str) -> Decoded:
    """Text of a file; ``name`` for sentences. A last character that was cut off is left out and said.

    Raises ``InputError`` where no encoding fits or the file is not text at all.
    """
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            text, cut = _try(data, codec)
            if text is None:
                raise _unreadable(name)
            return _finish(text, label, cut, name)
    worst = 0
    for codec, label in _TRIED:
        text, cut = _try(data, codec)
        if text is not None:
            return _finish(text, label, cut, name)
        worst = max(worst, _first_bad(data, codec))
    spoiled = _with_few_lost(data)
    if spoiled is not None:
        return _finish(*spoiled, False, name)
    raise _unreadable(name, data.count(b"\n", 0, worst) + 1)


def _with_few_lost(data: bytes) -> Optional[tuple[str, str]]:
    """Text and encoding where only few letters cannot be read (they become �): at most one in twenty lines."""
    allowed = data.count(b"\n") // _LINES_PER_LOSS
    found = [(text.count("\ufffd"), text, label) for codec, label in _TRIED for text in [data.decode(codec, "replace")]]
    lost, text, label = min(found, key=lambda entry: entry[0])
    return (text, label) if 0 < lost <= allowed else None


def _try(data: bytes, codec: str) -> tuple[Optional[str], bool]:
    try:
        return data.decode(codec), False
    except UnicodeDecodeError as error:
        if len(data) > _TAIL and error.start >= len(data) - _TAIL and error.end >= len(data):
            return data[: error.start].decode(codec), True
    except UnicodeError:
        return None, False
    return None, False


def _first_bad(data: bytes, codec: str) -> int:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _finish(text: str, label: str, cut: bool, name: str) -> Decoded:
    if "\0" in text:
        raise _unreadable(name)
    remarks = letters(text)
    if cut:
        remarks.append(
            Remark(
                "cut_off",
                WARNING,
                Text(
                    "The file ends in the middle of a letter; it may be cut off. Ask for it again.",
                    "ファイルが文字の途中で終わっています。途中で切れている可能性があります。もう一度もらってください。",
                ),
            )
        )
    return Decoded(text, label, remarks)


def _count(text: str, ranges: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """How often letters of these ranges stand in a text, and how many different ones."""
    spans = tuple(ranges)
    found = {letter: text.count(letter) for letter in set(text) if any(a <= ord(letter) <= b for a, b in spans)}
    return sum(found.values()), len(found)


def letters(text: str) -> list[Remark]:
    """Remarks on letters that may be lost elsewhere: 外字 (private use), extended forms, replaced ones."""
    remarks = []
    private, kinds = _count(text, _PRIVATE)
    if private:
        remarks.append(
            Remark(
                "gaiji",
                WARNING,
                Text(
                    "Letters of its own (外字): {n}, {kinds} different. They are kept, but show as a box elsewhere; "
                    "compare them with the paper.",
                    "外字: {n}字（{kinds}種類）。そのまま残しますが、ほかのパソコンでは□になります。"
                    "原本と比べてください。",
                ).format(n=f"{private:,}", kinds=kinds),
                str(private),
            )
        )
    extended, kinds = _count(text, _EXTENDED)
    if extended:
        remarks.append(
            Remark(
                "extended_letters",
                NOTE,
                Text(
                    "Variant letters such as 﨑: {n}, {kinds} different. They are kept as written.",
                    "﨑などの拡張文字: {n}字（{kinds}種類）。書かれたとおりに残します。",
                ).format(n=f"{extended:,}", kinds=kinds),
                str(extended),
            )
        )
    lost = text.count("\ufffd")
    if lost:
        remarks.append(
            Remark(
                "lost_letters",
                WARNING,
                Text(
                    "Letters that cannot be read (�): {n}, first in line {line}. Ask for the file in its first form.",
                    "読めない文字（�）: {n}字（最初は{line}行目）。元のファイルをもらってください。",
                ).format(n=f"{lost:,}", line=text.count("\n", 0, text.index("\ufffd")) + 1),
                str(lost),
            )
        )
    controls = sum(count for letter, count in _controls(text).items() if count)
    if controls:
        remarks.append(
            Remark(
                "control_letters",
                NOTE,
                Text(
                    "Invisible control letters: {n}. They are kept.", "見えない制御文字: {n}字。そのまま残します。"
                ).format(n=f"{controls:,}"),
                str(controls),
            )
        )
    return remarks


def _controls(text: str) -> dict[str, int]:
    return {
        letter: text.count(letter)
        for letter in set(text)
        if letter not in "\t\r\n\f\v" and unicodedata.category(letter) == "Cc"
    }
