"""Contact with owners: states, evidence, next steps, blocks, pattern."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from land_stewardship.core.errors import InputError
from land_stewardship.core.owners import blocks, contact, names, pattern, steps
from land_stewardship.core.owners.words import KIND_WORDS, STATES

CATALOGUE = (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "owner_steps.csv").read_text(
    encoding="utf-8"
)
STEPS = steps.steps_from_csv(CATALOGUE)


# -- the catalogue ---------------------------------------------------------------------------------------
def test_every_state_has_a_step_for_every_kind_of_owner() -> None:
    for state in STATES:
        for kind in KIND_WORDS:
            if state == "common_no_rep" and kind not in (names.COMMON, names.RELIGIOUS):
                continue
            if state == "heirs" and kind != names.PERSON:
                continue
            assert steps.next_step(STEPS, state, kind, ()) is not None, (state, kind)


def test_every_step_says_where_it_comes_from() -> None:
    assert len({step.step_id for step in STEPS}) == len(STEPS) >= 20
    for step in STEPS:
        for text in (step.title, step.law, step.office, step.form):
            assert text.en and text.ja, step.step_id
        if step.evidence == "assumption":
            assert not step.checked_on
        else:
            assert all(source.startswith("http") for source in step.source.split("; ")), step.step_id
            assert step.checked_on >= "2026-11-01", step.step_id
    asked = " ".join(step.law.ja + step.title.ja for step in STEPS)
    for word in (
        "公用請求",
        "附票",
        "不在者財産管理人",
        "所有者不明土地管理命令",
        "地域福利増進事業",
        "認可地縁団体",
        "相続人申告登記",
    ):
        assert word in asked


def test_a_step_nobody_checked_says_so() -> None:
    row = dict.fromkeys(("law", "office", "form", "title"), "x")
    row.update(step_id="mine", state="unknown", step_order="1", effort="1", evidence="assumption")
    said = steps.read_steps([row])[0].described()
    assert "To be checked." in said.en and "要確認" in said.ja
    said = steps.read_steps([{**row, "evidence": "verified"}])[0].described()
    assert "checked" not in said.en and "要確認" not in said.ja


def test_flags_and_kinds_choose_the_step() -> None:
    def chosen(state: str, kind: str, *flags: str) -> str:
        step = steps.next_step(STEPS, state, kind, flags)
        assert step is not None
        return step.step_id

    assert chosen("moved", "person") == "moved_resident"
    assert chosen("moved", "person", "foreign") == "foreign_contact"
    assert chosen("moved", "company") == "moved_body"
    assert chosen("unknown", "person", "to_check") == "unknown_letter"
    assert chosen("unknown", "person", "unknown") == "unknown_register"
    assert chosen("unknown", "person", "to_check", "foreign") == "unknown_foreign"
    assert chosen("public", "property_ward") == "ward_office"
    assert chosen("common_no_rep", "religious") == "temple_authority"


@pytest.mark.parametrize(
    ("field", "value"), [("state", "lost"), ("evidence", "sure"), ("effort", "9"), ("step_order", "x")]
)
def test_a_wrong_row_is_named(field: str, value: str) -> None:
    rows = list(csv.DictReader(io.StringIO(CATALOGUE)))
    rows[2][field] = value
    with pytest.raises(InputError, match="Row 3"):
        steps.read_steps(rows)


# -- states -----------------------------------------------------------------------------------------------
def state_of(status: Any, owner: dict[str, Any], **register: Any) -> Any:
    """The row of one owner of one lot."""
    told = {"lot_key": "L", "owner_key": "a", "owner_status": status, "registered_on": "2020-01-01", **register}
    other = {"lot_key": "M", "owner_key": "z", "owner_status": "reachable", "registered_on": "2025-11-01"}
    found = contact.owner_lots(
        pd.DataFrame([told, other]), pd.DataFrame([{"owner_key": "a", "name": "見本 花", **owner}]), STEPS
    )
    return found[found["lot_key"] == "L"].iloc[0]


@pytest.mark.parametrize(
    ("status", "owner", "register", "state", "owner_status"),
    [
        ("reachable", {}, {}, "reachable", "reachable"),
        ("reachable", {"died_on": "2010-01-01"}, {}, "heirs", "to_check"),
        ("reachable", {"contact_result": "died", "contact_on": "2024-01-01"}, {}, "heirs", "to_check"),
        ("reachable", {"contact_result": "moved", "contact_on": "2024-01-01"}, {}, "moved", "to_check"),
        ("to_check", {"contact_result": "reached", "contact_on": "2024-01-01"}, {}, "reachable", "reachable"),
        ("to_check", {"contact_result": "no_answer", "contact_on": "2024-01-01"}, {}, "unknown", "to_check"),
        ("to_check", {}, {"registered_on": "1950-01-01"}, "heirs", "to_check"),
        ("to_check", {"name": "㈱見本"}, {"registered_on": "1950-01-01"}, "unknown", "to_check"),
        ("to_check", {}, {"address_kind": "outside"}, "unknown", "to_check"),
        ("to_check", {}, {"address_kind": "village"}, "unknown", "to_check"),
        ("unknown", {}, {}, "unknown", "unknown"),
        (None, {}, {}, "unknown", "unknown"),
        ("unknown", {"name": "大字見本"}, {}, "common_no_rep", "to_check"),
        ("unknown", {"name": "大字見本", "representative": "yes"}, {}, "reachable", "reachable"),
        ("reachable", {"name": "大字見本"}, {}, "reachable", "reachable"),
        ("unknown", {"name": "見本財産区"}, {}, "public", "reachable"),
        ("unknown", {"name": "見本市", "address": "見本市役所1"}, {}, "public", "reachable"),
        ("unknown", {"name": "佐々木与市", "address": "見本市谷沢1"}, {}, "unknown", "unknown"),
        ("reachable", {"name": "㈱見本", "dissolved_on": "2009-01-01"}, {}, "dissolved", "to_check"),
    ],
)
def test_states(status: Any, owner: dict[str, Any], register: dict[str, Any], state: str, owner_status: str) -> None:
    row = state_of(status, owner, **register)
    assert (row["state"], row["owner_status"]) == (state, owner_status)
    assert (
        row["evidence"] and row["evidence_ja"] and row["next_step"] and row["confidence"] in ("high", "medium", "low")
    )


def test_an_old_answer_counts_less_and_the_newest_answer_counts() -> None:
    assert state_of("to_check", {"contact_result": "reached", "contact_on": "2015-01-01"})["confidence"] == "low"
    assert state_of("to_check", {"contact_result": "reached", "contact_on": "2025-01-01"})["since"] == "2025-01-01"
    list_of = pd.DataFrame(
        [
            ("a", "p", "見本 花", "reached", "2020-01-01"),
            ("b", "p", "見本 花", "returned", "2024-01-01"),
        ],
        columns=["owner_key", "person_key", "name", "contact_result", "contact_on"],
    )
    register = pd.DataFrame({"lot_key": ["L", "L"], "owner_key": ["b", "a"], "share": ["1/4", "1/4"]})
    for rows in (register, register.iloc[::-1]):
        (row,) = contact.owner_lots(rows, list_of, STEPS).to_dict("records")
        assert (row["person_key"], row["owner_key"], row["share"], row["state"]) == ("p", "a", "1/2", "moved")


def test_another_entry_of_the_person_can_be_reached() -> None:
    list_of = pd.DataFrame({"owner_key": ["a", "b"], "person_key": ["a", "a"], "name": ["見本 花"] * 2})
    register = pd.DataFrame({"lot_key": ["L", "M"], "owner_key": ["a", "b"], "owner_status": ["to_check", "reachable"]})
    found = contact.owner_lots(register, list_of, STEPS)
    assert found["state"].tolist() == ["reachable", "reachable"] and "Another entry" in found["evidence"][0]


def test_roads_without_owner_are_public_and_other_land_is_not() -> None:
    register = pd.DataFrame({"lot_key": ["L", "M"], "owner_key": [None, None], "category_reg": ["公衆用道路", "山林"]})
    assert contact.owner_lots(register, None, STEPS)["state"].tolist() == ["public", "unknown"]


# -- blocks and pattern --------------------------------------------------------------------------------------
def lots(count: int = 4) -> gpd.GeoDataFrame:
    shapes = [shapely.box(10 * n, 0, 10 * n + 10, 10) for n in range(count)]
    return gpd.GeoDataFrame({"lot_key": [f"L{n}" for n in range(count)]}, geometry=shapes, crs=6676)


def test_blocks_end_at_hamlets_and_corners() -> None:
    frame = lots()
    frame.loc[3, "geometry"] = shapely.box(30, 10, 40, 20)  # only a corner touches L2
    register = pd.DataFrame(
        {"lot_key": frame["lot_key"], "owner_key": ["a", "b", "a", "b"], "owner_status": "reachable"}
    )
    contacts = contact.owner_lots(register, None, STEPS)
    assert blocks.touching_blocks(frame, contacts, None) == ["B:L0", "B:L0", "B:L0", "B:L3"]
    assert blocks.touching_blocks(frame, contacts, ["x", "x", "y", "y"]) == ["B:L0", "B:L0", "B:L2", "B:L3"]
    backwards = frame.iloc[::-1].reset_index(drop=True)
    assert blocks.touching_blocks(backwards, contacts, None) == ["B:L3", "B:L0", "B:L0", "B:L0"]


def test_one_owner_not_reached_holds_up_the_lot() -> None:
    register = pd.DataFrame(
        {
            "lot_key": ["L0", "L0", "L1"],
            "owner_key": ["a", "b", "a"],
            "owner_status": ["reachable", "unknown", "reachable"],
            "share": ["2/3", "1/3", "1/1"],
        }
    )
    contacts = contact.owner_lots(register, None, STEPS)
    frame = lots(2)
    table = blocks.lot_table(frame, contacts, None, ["x", "x"])
    assert table["owner_status"].tolist() == ["unknown", "reachable"]
    assert table["reached_share"].tolist() == pytest.approx([2 / 3, 1.0])
    block = blocks.block_table(table, contacts).iloc[0]
    assert block["explanation"] == "1 of 2 owners hold up this block." and block["held_area_m2"] == 100.0
    efforts = table["effort"].tolist()
    assert efforts[0] > efforts[1] and block["effort"] == efforts[0]  # of the lot that takes most work
    figures = blocks.totals(table, contacts)
    assert figures["pct"] == 50.0 and figures["owners_holding"] == 1


def block_of(register: pd.DataFrame, owners: Any = None, count: int = 3) -> tuple[pd.DataFrame, Any]:
    """The lots and the one block they are, by a register."""
    contacts = contact.owner_lots(register, owners, STEPS)
    table = blocks.lot_table(lots(count), contacts, None, ["x"] * count)
    assert blocks.totals(table, contacts)["owners"] == register["owner_key"].nunique()
    (block,) = blocks.block_table(table, contacts).itertuples()
    return table.set_index("lot_key"), block


def test_a_block_without_a_register_has_no_known_owner() -> None:
    register = pd.DataFrame({"lot_key": [], "owner_key": [], "owner_status": []}, dtype=object)
    table, block = block_of(register)
    assert (block.owners, block.owners_holding, block.lots_no_owner) == (0, 0, 3)
    assert (block.owner_status, block.held_area_m2) == ("unknown", 300.0)
    assert block.explanation == "No owner of this block is known." and block.explanation_ja and pd.isna(block.effort)
    assert table["owners"].tolist() == [0, 0, 0] and set(table["explanation"]) == {"The lot is not in the register."}
    contacts = contact.owner_lots(register, None, STEPS)
    figures = blocks.totals(blocks.lot_table(lots(), contacts, None, None), contacts)
    assert (figures["pct"], figures["private_pct"], figures["lots_unknown"]) == (0.0, 0.0, 4)
    assert blocks.touching_blocks(lots(), contacts, None) == ["B:L0"] * 4


def test_lots_without_owner_are_no_owners() -> None:
    register = pd.DataFrame(
        {"lot_key": ["L0", "L1", "L1"], "owner_key": ["a", "b", None], "owner_status": ["reachable", "reachable", None]}
    )
    table, block = block_of(register)
    # L1 names one owner and leaves another out, L2 is not in the register.
    assert (block.owners, block.owners_holding, block.lots_no_owner) == (2, 0, 2)
    assert block.explanation == "Every owner of this block can be reached (2). 2 of its 3 lots have no known owner."
    assert (block.owner_status, block.held_area_m2) == ("unknown", 200.0)
    assert table["owners"].tolist() == [1, 1, 0] and table["owners_reached"].tolist() == [1, 1, 0]
    assert table.loc["L1", "owner_status"] == "unknown"
    register["owner_key"] = [None, None, None]
    table, block = block_of(register)
    assert block.explanation == "No owner of this block is known."
    assert table.loc["L0", "explanation"] == "The register names no owner."


def test_a_block_whose_owners_are_all_dead() -> None:
    register = pd.DataFrame(
        {"lot_key": ["L0", "L1", "L2", "L2"], "owner_key": ["a", "b", "a", "c"], "owner_status": "reachable"}
    )
    owners = pd.DataFrame(
        {
            "owner_key": ["a", "b", "c"],
            "name": ["見本 花", "亡 見本 太郎", "見本 次郎"],
            "died_on": ["2001-01-01", None, "1950"],
        }
    )
    table, block = block_of(register, owners)
    assert block.explanation == "3 of 3 owners hold up this block." and block.held_area_m2 == 300.0
    assert set(table["state"]) == {"heirs"} and table["reached_share"].isna().all()
    assert table["next_step"].str.contains("family registers").all()


def test_public_land_and_roads_hold_nothing_up() -> None:
    register = pd.DataFrame(
        {
            "lot_key": ["L0", "L1", "L2"],
            "owner_key": [None, "p", "p"],
            "category_reg": ["公衆用道路", "山林", "山林"],
            "owner_status": ["unknown"] * 3,
        }
    )
    owners = pd.DataFrame({"owner_key": ["p"], "name": ["見本市"], "address": ["見本市役所1"]})
    table, block = block_of(register, owners)
    assert (block.owners, block.owners_holding, block.lots_no_owner, block.held_area_m2) == (1, 0, 0, 0.0)
    assert block.explanation == "Every owner of this block can be reached (1)." and set(table["state"]) == {"public"}
    assert table.loc["L0", "owners"] == 0 and table.loc["L0", "explanation"].startswith("Public land by its category")
    contacts = contact.owner_lots(register, owners, STEPS)
    assert blocks.touching_blocks(lots(3), contacts, None) == [None] * 3
    assert blocks.totals(table.reset_index(), contacts)["private_pct"] == 0.0
    _table, block = block_of(register.iloc[:1].assign(owner_key=None), None, 1)
    assert block.explanation == "Public land without a registered owner." and block.owner_status == "reachable"
    register["owner_key"] = ["p", "q", "q"]  # one co-owned lot beside: public land is no excuse for the other owner
    register.loc[3] = ["L1", "p", "山林", "unknown"]
    table, block = block_of(register, owners)
    assert (table.loc["L1", "state"], table.loc["L1", "owner_status"]) == ("unknown", "unknown")
    assert block.explanation == "1 of 2 owners hold up this block."


@pytest.mark.parametrize(
    ("owner", "status", "state"),
    [
        ({}, "unknown", "common_no_rep"),
        ({"representative": "no"}, "to_check", "common_no_rep"),
        ({"representative": "yes"}, "unknown", "reachable"),
        ({"contact_result": "reached", "contact_on": "2024-06-01"}, "unknown", "reachable"),
        ({"contact_result": "reached", "contact_on": "2024-06-01", "representative": "no"}, "unknown", "reachable"),
        ({"died_on": "1990-01-01"}, "reachable", "common_no_rep"),
        ({"contact_result": "died", "contact_on": "2024-06-01"}, "reachable", "common_no_rep"),
        ({"contact_result": "returned", "contact_on": "2024-06-01"}, "reachable", "moved"),
    ],
)
def test_common_land_is_spoken_for_or_not(owner: dict[str, Any], status: str, state: str) -> None:
    for name in ("大字見本", "見本 太郎 外11名", "見本神社"):
        row = state_of(status, {"name": name, **owner})
        assert (row["state"], bool(row["next_step"])) == (state, True), name


def test_whatever_the_records_say_there_is_a_next_step() -> None:
    owners = [
        {"name": name, "address": address, "died_on": died, "dissolved_on": dissolved, "contact_result": result}
        | {"contact_on": "2024-01-01" if result else None, "representative": representative}
        for name, address in (
            ("見本 花", "見本市谷沢1"), ("亡 見本 花", "見本市谷沢1"),
            ("見本 花", "アメリカ合衆国見本州"), ("㈱見本", None),
            ("見本市", "見本市役所1"), ("見本財産区", None),
            ("大字見本", None), ("見本 太郎 外3名", None), ("見本寺", None),
        )
        for died in (None, "1990-01-01")
        for dissolved in (None, "2000-01-01")
        for result in (None, "reached", "moved", "returned", "died", "dissolved", "no_answer")
        for representative in (None, "yes", "no")
    ]  # fmt: skip
    list_of = pd.DataFrame(owners).assign(owner_key=[f"o{n}" for n in range(len(owners))])
    register = pd.DataFrame({"owner_key": list_of["owner_key"], "registered_on": "1950-01-01"})
    register["lot_key"] = [f"L{n}" for n in range(len(register))]
    for status in ("reachable", "to_check", "unknown", None):
        found = contact.owner_lots(register.assign(owner_status=status), list_of, STEPS)
        assert len(found) == len(list_of)
        assert found[["step_id", "next_step", "next_step_ja", "evidence_ja"]].notna().all(axis=None)
        assert set(found.loc[found["state"] == "heirs", "owner_kind"]) == {"person"}
        assert set(found["state"]) >= set(STATES) - {"unknown"}


def register_of(owners_by_lot: dict[str, list[str]], kind: dict[str, str]) -> pd.DataFrame:
    rows = [
        {"lot_key": lot, "owner_key": owner, "share": f"1/{len(held)}", "address_kind": kind.get(owner, "village")}
        for lot, held in owners_by_lot.items()
        for owner in held
    ]
    return pd.DataFrame(rows)


def test_pattern_hides_what_could_be_worked_out() -> None:
    register = register_of(
        {"L0": ["a", "b", "c"], "L1": ["d", "e"], "L2": ["f", "g", "h"], "L3": ["f"]}, {"a": "outside"}
    )
    found = pattern.pattern(lots(), register, ["x", "y", "z", "z"]).set_index("hamlet")
    assert pd.isna(found.loc["y", "owners"]) and found.loc["y", "hidden"] == "all"
    # Only y is hidden: the total would give it away.
    assert found.loc[pattern.WHOLE].drop(["hidden", "explanation", "explanation_ja"]).isna().all()
    whole = found.loc[pattern.WHOLE]
    assert whole["hidden"] == "all" and "8" not in whole["explanation"] + whole["explanation_ja"]
    assert pd.isna(found.loc["x", "absentee_pct"]) and found.loc["x", "unknown_pct"] == 0.0
    assert (found.loc["z", "lots_per_owner"], found.loc["z", "places_per_owner"]) == (1.33, 1.0)
    two = pattern.pattern(lots(), register, ["x", "y", "y", "x"], k=1).set_index("hamlet")
    assert two.loc["x", "absentee_pct"] == pytest.approx(16.7) and two.loc[pattern.WHOLE, "owners"] == 8


def test_the_total_hides_what_it_would_tell_with_the_rest() -> None:
    # Two hamlets of one owner each: together still fewer than three.
    register = register_of({"L0": ["a"], "L1": ["b"], "L2": ["f", "g", "h"], "L3": ["f", "g", "i"]}, {})
    found = pattern.pattern(lots(), register, ["x", "y", "z", "z"]).set_index("hamlet")
    assert found.loc[pattern.WHOLE, "hidden"] == "all" and pd.isna(found.loc[pattern.WHOLE, "lots"])
    # One owner outside all hamlets.
    register = register_of({"L0": ["a", "b", "c"], "L1": ["d", "e", "f"], "L2": ["x"]}, {})
    found = pattern.pattern(lots(), register, ["x", "y", None, None]).set_index("hamlet")
    assert found.loc["x", "owners"] == 3 and pd.isna(found.loc[pattern.WHOLE, "owners"])
    # Two hamlets with one absentee each: their share in the total is hidden and said so.
    register = register_of({"L0": ["a", "b", "c", "d"], "L1": ["e", "f", "g", "h"]}, {"a": "outside", "e": "outside"})
    whole = pattern.pattern(lots(), register, ["x", "y", None, None]).set_index("hamlet").loc[pattern.WHOLE]
    assert whole["owners"] == 8 and pd.isna(whole["absentee_pct"])
    assert whole["hidden"] == "absentee_pct" and "owners living elsewhere" in whole["explanation"]
    # Six absentees in two hamlets whose other sides are small: enough together.
    away = dict.fromkeys("abcefg", "outside")
    whole = pattern.pattern(
        lots(), register_of({"L0": list("abcdi"), "L1": list("efghj")}, away), ["x", "y", None, None]
    )
    assert whole.set_index("hamlet").loc[pattern.WHOLE, "absentee_pct"] > 0


def test_nobodys_known_address_is_not_nobody_away() -> None:
    register = register_of({"L0": ["a", "b", "c"], "L1": ["a", "b", "c"]}, dict.fromkeys("abc", "unknown"))
    found = pattern.pattern(lots(), register, ["x", "x", "x", "x"]).set_index("hamlet")
    assert found["unknown_pct"].tolist() == [100.0, 100.0] and found["absentee_pct"].isna().all()
    assert found["hidden"].isna().all()


def test_pattern_does_not_depend_on_row_order() -> None:
    register = register_of(
        {"L0": ["a", "b"], "L1": ["d", "a"], "L2": ["b", "g", "h"]}, {"a": "outside", "b": "unknown"}
    )
    where = ["x", "x", "y", "y"]
    first = pattern.pattern(lots(), register, where, k=1)
    again = pattern.pattern(lots().iloc[::-1].reset_index(drop=True), register.iloc[::-1], where[::-1], k=1)
    pd.testing.assert_frame_equal(first, again)
