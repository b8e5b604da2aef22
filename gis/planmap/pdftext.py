"""Makes the text of a printed PDF searchable in Japanese.

Qt writes for every letter shape which character it stands for. Where a font draws two characters with the
same shape it names the wrong one: the radical ⾕ (U+2F95) for 谷 (U+8C37), ⺠ for 民, ‧ for ・. The page looks
right, but nobody finds 谷沢 in it, and copied text is spoiled. The tables lie in the file as plain text with
four hexadecimal digits per character, so the right ones are put in place without moving anything.
"""

from __future__ import annotations

import re
import unicodedata

#: Look-alikes that Unicode's compatibility mapping does not know.
_SHAPES = {
    "⺟": "母",
    "⺠": "民",
    "⻁": "虎",
    "⻄": "西",
    "⻑": "長",
    "⻘": "青",
    "⻝": "食",
    "⻤": "鬼",
    "⻨": "麦",
    "⻩": "黄",
    "⻫": "斉",
    "⻭": "歯",
    "⻯": "竜",
    "⻲": "亀",
    "‧": "・",
}


def plain_character(character: str) -> str:
    """The character people type for a look-alike; any other as it is.

    >>> plain_character("\\u2f95"), plain_character("A")
    ('谷', 'A')
    """
    if character in _SHAPES:
        return _SHAPES[character]
    if "\u2e80" <= character <= "\u2fdf":
        return unicodedata.normalize("NFKC", character)
    return character


def _mended(code: re.Match[bytes]) -> bytes:
    plain = plain_character(chr(int(code.group(1), 16)))
    return b"<%04X>" % ord(plain)


def mend_text(path: str) -> None:
    """Correct the character tables of the PDF at ``path`` in place; other bytes stay as they are."""
    with open(path, "rb") as file:
        content = file.read()
    mended = re.sub(
        rb"beginbfrange.*?endbfrange|beginbfchar.*?endbfchar",
        lambda table: re.sub(rb"<(2[EF][0-9A-F]{2}|2027)>", _mended, table.group(0)),
        content,
        flags=re.DOTALL,
    )
    if mended != content:
        with open(path, "wb") as file:
            file.write(mended)
