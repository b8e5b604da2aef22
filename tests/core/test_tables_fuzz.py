"""Tables damaged at random: rows or one clear sentence, never anything else."""

from __future__ import annotations

import io
import random
import zipfile
from typing import Optional

import fuzz
import pytest

from land_stewardship.core.errors import InputError
from land_stewardship.core.tables.delimited import read_delimited
from land_stewardship.core.tables.xlsx import read_xlsx

ROWS = [
    ["所在", "地番", "氏名", "住所", "地目", "地積", "最終登記日"],
    ["大字谷沢", "12番地3", "髙橋 見本", "見本県見本市１－２", "田", "1,204", "昭和60年3月2日"],
    ["大字谷沢", "１２－４", "㈱見本", "見本県見本市3", "畑", "50.25", "2001/4/1"],
    ["大字谷沢", "甲 13-1", "見本 \n太郎", '"引用", つき', "山林", "", "不詳"],
] * 8


def text_table(encoding: str, delimiter: str = ",") -> bytes:
    lines = (delimiter.join(f'"{cell}"' if "," in cell or "\n" in cell else cell for cell in row) for row in ROWS)
    return "\r\n".join(lines).replace('""引用", つき"', '"""引用"", つき"').encode(encoding)


def workbook() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def insert(data: bytes, chance: random.Random) -> bytes:
    """Signs that readers of tables trip over."""
    words = (
        b'"',
        b",",
        b"\t",
        b"\r",
        b"\n",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"=1+1",
        b"\x81",
        b",," * 300,
        b'"' * 99,
    )
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(words) + data[start:]


def inside(data: bytes, chance: random.Random) -> bytes:
    """One part of a workbook is damaged and packed again, so that the archive itself is sound."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        victim = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, fuzz.damaged(content, fuzz.ANY_FILE, chance) if name == victim and content else content)
    return packed.getvalue()


def read_text(data: bytes) -> Optional[str]:
    try:
        table = read_delimited(data, "register.csv")
    except InputError as error:
        return fuzz.sentence(*error.text)
    # Every cell is there or told: a table of rows has the width of its heading.
    assert all(len(row) == len(table.columns) for row in table.rows)
    return None


def read_book(data: bytes) -> Optional[str]:
    try:
        table = read_xlsx(data, "register.xlsx")
    except InputError as error:
        return fuzz.sentence(*error.text)
    assert all(len(row) == len(table.columns) for row in table.rows)
    return None


def texts(seeds: range) -> dict[str, int]:
    whole = [text_table("utf-8"), text_table("utf-8-sig"), text_table("cp932", "\t"), text_table("utf-16")]
    ways = (*fuzz.ANY_FILE, insert)
    return fuzz.watch(((seed, fuzz.damaged(whole[seed % 4], ways, random.Random(seed))) for seed in seeds), read_text)


def books(seeds: range) -> dict[str, int]:
    whole = workbook()

    def mutant(seed: int) -> bytes:
        chance = random.Random(seed)
        return inside(whole, chance) if seed % 2 else fuzz.damaged(whole, fuzz.ANY_FILE, chance)

    return fuzz.watch(((seed, mutant(seed)) for seed in seeds), read_book)


def test_damaged_text_tables_end_in_rows_or_one_sentence() -> None:
    assert texts(range(300))["read"] > 50


def test_damaged_workbooks_end_in_rows_or_one_sentence() -> None:
    ends = books(range(120))
    assert ends["read"] > 5 and len(ends) > 1


@pytest.mark.slow
def test_thousands_of_damaged_tables() -> None:
    assert texts(range(1_000, 3_000))["read"] > 300
    assert books(range(1_000, 2_000))["read"] > 30
