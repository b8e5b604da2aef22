"""Hard cases among the sample's owners: spellings, bodies, the dead, the moved. All invented, all marked 見本.

They change only who is written on a register row (``owner_key``) and what the private list of owners says about the
person. Address kind, owner status, shares and dates of the public register stay as they are.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple, Optional

import pandas as pd

from .people import sample_name


class Second(NamedTuple):
    """A further entry of an owner: every third of its register rows names ``name`` and ``address``."""

    name: str
    address: str
    case: str
    same: bool = True


def _number(key: str) -> int:
    return int(key[1:])


def _digits(number: int) -> str:
    return sample_name(number, "Owner").split(" ")[1]


def _wide(text: str) -> str:
    """ASCII letters, digits and spaces as full-width ones."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def _named(key: str, family: str) -> str:
    return f"見本 {family}{_digits(_number(key))} (Sample Owner {_number(key)})"


#: What the list of owners says beside name and address, by owner key.
FACTS: dict[str, dict[str, Any]] = {
    "O1170": {"name": "大字見本 見本一一七〇外二十三名 (Sample Common 1170)", "representative": "no"},
    "O1100": {"name": "見本財産区 (Sample Property Ward)", "address": "見本県見本市役所内（見本）"},
    "O1009": {"name": "有限会社見本開発 (Sample Development Ltd.)", "address": "見本都見本区見本900番地（見本）"},
    "O1153": {"name": "字見本共有地 (Sample Common Land)", "representative": "no"},
    "O1054": {"name": "宗教法人見本寺 (Sample Temple)", "representative": "yes"},
    "O1135": {"name": "株式会社見本土地 (Sample Land Co.)", "representative": "yes"},
    "O1129": {"died_on": dt.date(2011, 6, 3)},
    "O1010": {"died_on": dt.date(1987, 12, 20)},
    "O1059": {"died_on": dt.date(1964, 3, 8)},
    "O1149": {"address": "12 Sample Street, Sampleville, U.S.A.（見本）"},
    "O1023": {"contact_result": "returned", "contact_on": dt.date(2024, 7, 2)},
    "O1008": {"contact_result": "moved", "contact_on": dt.date(2023, 10, 16)},
    "O1078": {"contact_result": "no_answer", "contact_on": dt.date(2025, 2, 12)},
    "O1049": {"contact_result": "reached", "contact_on": dt.date(2025, 5, 20)},
    "O1024": {"contact_result": "reached", "contact_on": dt.date(2025, 4, 8)},
    "O1091": {"contact_result": "reached", "contact_on": dt.date(2025, 4, 8)},
    "O1018": {"former_name": "見本 林一〇一八 (Sample Owner 1018)"},
}
FACTS["O1009"]["dissolved_on"] = dt.date(2009, 3, 31)

#: Family names written with a letter that has variants.
FAMILIES = {"O1024": "渡辺", "O1065": "高橋", "O1019": "山崎", "O1105": "斎藤", "O1018": "山本"}


def _seconds(owners: pd.DataFrame) -> dict[str, Second]:
    address = owners.set_index("owner_key")["address"]

    def plain(key: str) -> str:
        return str(owners.set_index("owner_key").at[key, "name"])

    return {
        "O1024": Second(_named("O1024", "渡邊"), address["O1024"], "letter_variant"),
        "O1065": Second(_named("O1065", "髙橋"), _wide(address["O1065"]), "letter_variant_and_width"),
        "O1019": Second(_named("O1019", "山﨑").replace(" ", ""), address["O1019"], "letter_variant_and_space"),
        "O1105": Second(_named("O1105", "齋藤"), address["O1105"].replace("番地", "番"), "letter_variant_and_address"),
        "O1018": Second(_named("O1018", "林"), address["O1018"], "former_name"),
        "O1049": Second(_wide(plain("O1049")), address["O1049"], "width"),
        "O1091": Second(plain("O1091").replace(" ", "", 1), _wide(address["O1091"]), "space_and_width"),
        "O1088": Second(plain("O1088"), address["O1088"].replace("88番地", "八十八番地"), "address_numerals"),
        "O1135": Second("（株）見本土地 (Sample Land Co.)", address["O1135"], "company_form"),
        "O1054": Second("見本寺 (Sample Temple)", address["O1054"], "body_form"),
        # The same name elsewhere: nobody can know without asking. The first is the same person, the second is not.
        "O1008": Second(plain("O1008"), "見本県見本市見本町808番地（見本）", "moved"),
        "O1129": Second(plain("O1129"), "見本県見本市谷沢129番地（見本）", "same_name", same=False),
        # Two entries of one house whose names differ in a number: relatives, not one person.
        "O1006": Second("見本 一〇〇七二 (Sample Owner 1006)", address["O1006"], "relative", same=False),
    }


def add(register: pd.DataFrame, owners: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Register and owners with the hard cases, and the truth (which entries are one person).

    Deterministic and without random numbers, so that nothing else of the sample changes.
    """
    owners = owners.copy()
    for name in ("former_name", "died_on", "dissolved_on", "contact_result", "contact_on", "representative"):
        owners[name] = pd.Series([None] * len(owners), index=owners.index, dtype=object)
    row_of = {key: row for row, key in zip(owners.index, owners["owner_key"])}
    for key, family in FAMILIES.items():
        owners.at[row_of[key], "name"] = _named(key, family)
    for key, facts in FACTS.items():
        for name, value in facts.items():
            owners.at[row_of[key], name] = value

    register = register.copy()
    following = max(_number(key) for key in owners["owner_key"]) + 1
    new: list[dict[str, Any]] = []
    truth: list[dict[str, Optional[str]]] = [
        {"owner_key": key, "person": key, "case": "single"} for key in owners["owner_key"]
    ]
    for key, second in _seconds(owners).items():
        fresh = f"O{following}"
        following += 1
        rows = register.index[register["owner_key"].eq(key)]
        taken = rows[2::3]
        if not len(taken):
            raise ValueError(f"{key} has too few lots for the case {second.case}")
        register.loc[taken, "owner_key"] = fresh
        new.append({"owner_key": fresh, "name": second.name, "address": second.address})
        truth.append({"owner_key": fresh, "person": key if second.same else fresh, "case": second.case})
    both = pd.concat([owners, pd.DataFrame(new).reindex(columns=owners.columns)], ignore_index=True)
    both = both.astype(object).where(both.notna(), None)
    register = register.sort_values(["lot_key", "owner_key"], kind="stable", na_position="first")
    frame = pd.DataFrame(truth)
    frame["synthetic"] = True
    return register.reset_index(drop=True), both, frame
