"""What the review of register matches asks and keeps: items, the file of decisions, the register other cards use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from qgis import processing
from qgis.core import QgsProject, QgsVectorLayer

from land_stewardship import compat
from land_stewardship.core.errors import InputError
from land_stewardship.gis import match_review
from land_stewardship.gis.match_review import LOTS_WITHOUT, REVIEW, ROWS_WITHOUT

pytestmark = pytest.mark.usefixtures("provider")
PAIR = ("K1", "||谷沢|12-1", "f00")


def test_decisions_are_written_whole_and_read_again(tmp_path: Path) -> None:
    path = str(tmp_path / "data" / "match_decisions.csv")
    assert match_review.read_decisions(path) == [] and match_review.fingerprint(path) == ""
    match_review.decide(path, [PAIR, ("K2", "r2", "")], "accepted", "見本係", 'メモ, "引用"\n2行目')
    rows = match_review.read_decisions(path)
    assert [(row["lot_key"], row["decision"], row["note"]) for row in rows] == [
        ("K1", "accepted", 'メモ, "引用"\n2行目'),
        ("K2", "accepted", 'メモ, "引用"\n2行目'),
    ]
    before = match_review.fingerprint(path)
    match_review.decide(path, [PAIR], "rejected", "", "")
    assert match_review.fingerprint(path) != before
    match_review.decide(path, [PAIR], "", "", "")
    assert [row["lot_key"] for row in match_review.read_decisions(path)] == ["K2"]
    assert os.listdir(tmp_path / "data") == ["match_decisions.csv"]


def test_a_file_that_is_no_table_of_decisions_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "match_decisions.csv"
    path.write_bytes(b"\xff\xfe\x00nothing")
    for content in (path.read_bytes(), b"a,b\n1,2\n"):
        path.write_bytes(content)
        with pytest.raises(InputError):
            match_review.decide(str(path), [PAIR], "accepted", "", "")
        assert path.read_bytes() == content
        assert match_review.fingerprint(str(path)) == ""
    folder = tmp_path / "taken.csv"
    folder.mkdir()
    with pytest.raises(InputError):
        match_review.write_decisions(str(folder), [])


def layer(kind: str, fields: dict[str, str], rows: list[list[Any]], wkt: str = "") -> QgsVectorLayer:
    from qgis.core import QgsFeature, QgsGeometry

    found = QgsVectorLayer(f"{kind}?crs=EPSG:6676" if kind != "NoGeometry" else kind, "layer", "memory")
    found.dataProvider().addAttributes([compat.make_field(name, word) for name, word in fields.items()])
    found.updateFields()
    for row in rows:
        feature = QgsFeature(found.fields())
        feature.setAttributes(row)
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        found.dataProvider().addFeature(feature)
    return found


def test_a_split_is_one_question_and_rows_without_a_lot_carry_candidates() -> None:
    lots = layer(
        "Polygon",
        {"lot_key": "text", "oaza": "text", "chiban": "text"},
        [["K1", "谷沢", "20-1"], ["K2", "谷沢", "20-2"]],
        "Polygon((0 0, 20 0, 20 20, 0 20, 0 0))",
    )
    register = layer(
        "NoGeometry",
        {"oaza": "text", "chiban": "text", "area_reg": "real"},
        [["谷沢", "20", 800.0], ["谷沢", "99", 5.0]],
    )
    sinks = dict.fromkeys(("OUTPUT", "UNMATCHED_LOTS", "UNMATCHED_ROWS"), "memory:")
    result = processing.run("landstewardship:matchregister", {"INPUT": lots, "REGISTER": register, **sinks})
    items = match_review.read_items(result["OUTPUT"], result["UNMATCHED_ROWS"], result["UNMATCHED_LOTS"])
    assert [(item.list_name(), item.rows, item.lots) for item in items] == [
        (REVIEW, ("谷沢 20",), ("20-1", "20-2")),
        (ROWS_WITHOUT, ("谷沢 99",), ()),
    ]
    question = items[0]
    assert len(question.pairs) == len(question.places) == 2 and question.reason
    question.decision = "accepted"
    assert question.list_name() == "accepted"
    question.changed = True
    assert question.list_name() == REVIEW, "changed data are asked again"
    assert LOTS_WITHOUT not in {item.list_name() for item in items}


def test_other_cards_get_the_keyed_register_only_while_it_adds_something_and_is_current() -> None:
    from land_stewardship.ui.state import DONE, KEYED, MATCHING, CardResult, ProjectState

    project = QgsProject()
    state = ProjectState(project=project)
    brought, keyed = (QgsVectorLayer("NoGeometry?field=lot_key:string", name, "memory") for name in ("a", "b"))
    project.addMapLayers([brought, keyed])
    state.assign("register", brought)
    assert state.keyed("register") is None

    def done(added: int) -> None:
        inputs = {"REGISTER": state.fingerprint(brought)}
        result = CardResult(state=DONE, numbers={"KEYS_ADDED": added}, inputs=inputs, outputs={KEYED: keyed.id()})
        state.set_card(MATCHING, result)

    done(0)
    assert state.keyed("register") is None
    done(3)
    assert state.keyed("register") is keyed and state.keyed("patrol") is None
    other = QgsVectorLayer("NoGeometry?field=lot_key:string", "c", "memory")
    project.addMapLayer(other)
    state.assign("register", other)
    assert state.keyed("register") is None
    state.disconnect_all()
