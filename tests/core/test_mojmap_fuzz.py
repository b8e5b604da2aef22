"""Land registry maps and archives damaged at random: lots or one clear sentence, never anything else.

Each mutant is read within two seconds and without memory growing; thousands of them run with the slow tests.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path
from typing import Optional

import fuzz
import pytest
from mapmaker import MapMaker, square

from land_stewardship.core.errors import InputError
from land_stewardship.core.parcels import mojmap


def small_map() -> bytes:
    maker = MapMaker()
    lots = []
    for number in range(6):
        corners = square(10.0 * (number % 3), 10.0 * (number // 3), 10.0)
        hole = [maker.ring(square(corners[0][0] + 3, corners[0][1] + 3, 2.0))] if number == 4 else []
        surface = maker.surface(f"F{number}", maker.ring(corners, direct=number % 2 == 0), hole)
        extra = "<筆界未定構成筆>12-3</筆界未定構成筆>" if number == 5 else ""
        lots.append(maker.lot(f"12-{number}", surface, extra))
    maker.sheet("A1", lots[:4])
    maker.sheet("A2", lots[3:])
    return maker.xml()


def zipped(data: bytes, name: str = "a.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


# -- ways to damage a file ------------------------------------------------------------------
def insert(data: bytes, chance: random.Random) -> bytes:
    words = (b"<", b">", b"&", b"]]>", b"<!--", b"\x00", "筆".encode(), b"&lol;", b'idref="F1"', b"1e400", b"-" * 200)
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(words) + data[start:]


def tags(data: bytes, chance: random.Random) -> bytes:
    """One tag takes the name of another."""
    found = sorted(set(re.findall(rb"</?([^\s/>!?]+)", data)))
    return data.replace(chance.choice(found), chance.choice(found), chance.randint(1, 5))


def ids(data: bytes, chance: random.Random) -> bytes:
    """References lead elsewhere, also in circles."""
    found = re.findall(rb'(?:id|idref)="([^"]*)"', data)
    for _ in range(chance.randint(1, 5)):
        data = data.replace(b'"' + chance.choice(found) + b'"', b'"' + chance.choice(found) + b'"', 1)
    return data


def numbers(data: bytes, chance: random.Random) -> bytes:
    """Coordinates become something else."""
    odd = (b"nan", b"inf", b"-1e308", b"1e9", b"", b"0", "１２".encode(), b"12,5", b"9" * 400)
    spots = list(re.finditer(rb">(-?\d+\.?\d*)<", data))
    spot = chance.choice(spots)
    return data[: spot.start(1)] + chance.choice(odd) + data[spot.end(1) :]


XML_WAYS = (*fuzz.ANY_FILE, insert, tags, ids, numbers)


def mutant(seed: int, xml: bytes, archive: bytes) -> bytes:
    """The mutant of a seed: a damaged map, a damaged archive, or a damaged map in a sound archive."""
    chance = random.Random(seed)
    kind = seed % 4
    if kind == 3:
        return fuzz.damaged(archive, fuzz.ANY_FILE, chance)
    data = fuzz.damaged(xml, XML_WAYS, chance)
    return zipped(data) if kind == 2 else data


def read(data: bytes) -> Optional[str]:
    """How reading ended: ``None`` with lots, or the sentence."""
    try:
        result = mojmap.import_maps([("m", data)])
    except InputError as error:
        return fuzz.sentence(*error.text)
    for finding in result.findings:
        assert finding.text.en and finding.text.ja
    assert len(result.lots) + len(result.unplaced) > 0
    return None


def run(seeds: range) -> dict[str, int]:
    xml = small_map()
    archive = zipped(zipped(xml), "b.zip")
    return fuzz.watch(((seed, mutant(seed, xml, archive)) for seed in seeds), read)


def test_damaged_maps_end_in_lots_or_one_sentence() -> None:
    ends = run(range(250))
    assert ends.get("read", 0) > 20 and len(ends) > 5


@pytest.mark.slow
def test_thousands_of_damaged_maps() -> None:
    ends = run(range(10_000, 14_000))
    assert ends["read"] > 300 and len(ends) > 8


@pytest.mark.parametrize("where", ["../../evil.xml", "/etc/evil.xml", "..\\evil.xml", "C:\\evil.xml"])
def test_names_that_lead_out_of_the_archive_lead_nowhere(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="points outside the archive"):
        mojmap.import_maps([("x.zip", zipped(small_map(), where))])
    assert list(tmp_path.rglob("*")) == []
