"""The public copy: what goes in, what is refused, and where private files lie."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from qgis import processing
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from land_stewardship.core.errors import InputError
from land_stewardship.gis import private

pytestmark = pytest.mark.usefixtures("provider")
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
LOTS = ["Polygon", "lot_key", "hamlet", "owner_key", "owner_status", "reason"]
LOT_ROWS = [
    ("L1", "A", "o1", "reachable", "near the road"),
    ("L2", "A", "o2", "unknown", None),
    ("L3", "A", "o3", "reachable", None),
    ("L4", "B", "o1", "reachable", None),
]


def layer(fields: list[str], rows: list[tuple[Any, ...]], name: str = "t", crs: str = "EPSG:6676") -> QgsVectorLayer:
    kind, *columns = fields
    made = QgsVectorLayer(
        f"{kind}?crs={crs}&" + "&".join(f"field={column}:string" for column in columns), name, "memory"
    )
    for number, values in enumerate(rows):
        feature = QgsFeature(made.fields())
        if kind != "None":
            feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({number} 0,{number + 1} 0,{number} 1,{number} 0))"))
        feature.setAttributes(list(values))
        assert made.dataProvider().addFeature(feature)
    return made


def people() -> QgsVectorLayer:
    rows = [("o1", "見本 花代子", "見本市谷沢23番地"), ("o2", "見本 次郎丸", None), ("o3", "㈱見本土地", None)]
    return layer(["None", "owner_key", "name", "address"], rows, "people")


def export(path: Path, *layers: Any, feedback: Any = None, **more: Any) -> dict[str, Any]:
    given = {"LAYERS": list(layers), "PRIVATE": [people()], "OUTPUT": str(path), **more}
    return processing.run("landstewardship:exportpublic", given, feedback=feedback)


def columns_of(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def test_keys_and_classes_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "public.gpkg"
    result = export(path, layer(LOTS, LOT_ROWS, "lots"))
    assert columns_of(path, "lots") == ["fid", "geom", "lot_key", "hamlet", "reason"]
    assert (result["LAYERS_WRITTEN"], result["ROWS_WRITTEN"], result["COLUMNS_LEFT_OUT"]) == (1, 4, 2)
    assert sorted(os.listdir(tmp_path)) == ["public.gpkg", "runs.jsonl"]
    assert not any(word.encode() in path.read_bytes() for word in ("見本", "o1", "unknown"))


@pytest.mark.parametrize("heading", ["所有者", "納税義務者", "連絡先", "Owner", "DOB"])
def test_headings_of_offices_are_refused_without_a_list_of_owners(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "public.gpkg"
    with pytest.raises(QgsProcessingException, match=f"column “{heading}”"):
        export(path, layer(["Polygon", "LOT_KEY", heading], [("L1", "見本 太郎")], "lots"), PRIVATE=[])
    assert not path.exists()


def test_new_keys_and_small_areas(tmp_path: Path) -> None:
    path = tmp_path / "public.gpkg"
    with pytest.raises(QgsProcessingException, match="fewer than 3 owners in B"):
        export(path, layer(LOTS, LOT_ROWS, "lots"), KEYS=1)
    assert not path.exists()
    export(
        path, layer(LOTS, LOT_ROWS, "lots"), layer(["None", "owner_key", "plots"], [("o2", "3")], "more"), KEYS=1, K=1
    )
    with closing(sqlite3.connect(path)) as connection:
        keys = connection.execute("select lot_key, owner_key from lots order by lot_key").fetchall()
        other = connection.execute("select owner_key from more").fetchall()
    assert keys == [("L1", "P00001"), ("L2", "P00002"), ("L3", "P00003"), ("L4", "P00001")] and other == [("P00002",)]
    with pytest.raises(QgsProcessingException, match="B / reachable"):
        export(path, layer(LOTS, LOT_ROWS, "lots"), KEEP_CLASSES=True, K=2)
    counted = layer(["Polygon", "hamlet", "owners"], [("A", "2"), ("B", "5")], "pattern")
    with pytest.raises(QgsProcessingException, match=r"“pattern” tells about fewer than 3 owners in A"):
        export(path, counted)
    assert len(keys) == 4 and path.exists()  # what was written before is still there


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("氏名", None, "whose name says personal data"),
        ("age", "x", "whose name says personal data"),
        ("reason", "見本花代子に聞いた", "names of owners"),
        ("reason", "見本市谷沢２３番地の隣", "addresses"),
        ("reason", "0255-12-3456", "phone"),
        ("reason", "78歳", "ages"),
    ],
)
def test_personal_data_is_refused_without_saying_it(tmp_path: Path, column: str, value: Any, said: str) -> None:
    path = tmp_path / "public.gpkg"
    with pytest.raises(QgsProcessingException) as caught:
        export(path, layer(["None", "plan_no", column], [("1", value)], "minutes"))
    assert said in str(caught.value) and "“minutes”" in str(caught.value) and column in str(caught.value)
    assert value is None or value not in str(caught.value)
    assert not path.exists() and os.listdir(tmp_path) == []


def test_classes_of_a_plan_need_the_register(tmp_path: Path) -> None:
    path = tmp_path / "public.gpkg"
    rows = [("u1", "L1; L2", "A", "reachable"), ("u2", "L3", "A", "unknown")]
    plan = layer(["Polygon", "unit_id", "lot_keys", "hamlet", "owner_status"], rows, "plan")
    with pytest.raises(QgsProcessingException, match="give the land register"):
        export(path, KEEP_CLASSES=True, PLAN=plan)
    register = layer(["None", "lot_key", "owner_key"], [("L1", "a"), ("L2", "b"), ("L3", "c")], "register")
    with pytest.raises(QgsProcessingException, match="A / reachable, A / unknown"):
        export(path, KEEP_CLASSES=True, PLAN=plan, REGISTER=register)
    assert export(path, KEEP_CLASSES=True, PLAN=plan, REGISTER=register, K=1)["COLUMNS_LEFT_OUT"] == 0


def test_private_layers_and_places_are_refused(tmp_path: Path) -> None:
    lots = layer(LOTS, LOT_ROWS, "lots")
    secret = tmp_path / "village_private.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    QgsVectorFileWriter.writeAsVectorFormatV3(lots, str(secret), QgsProject.instance().transformContext(), options)
    with pytest.raises(QgsProcessingException, match="is private data"):
        export(tmp_path / "public.gpkg", str(secret))
    with pytest.raises(QgsProcessingException, match="cannot be a private file"):
        export(tmp_path / "public_private.gpkg", lots)
    marked = layer(LOTS, LOT_ROWS, "lots")
    marked.setCustomProperty("landstewardship/role", "owners")
    with pytest.raises(QgsProcessingException, match="is private data"):
        export(tmp_path / "public.gpkg", marked)


def test_wrong_input_and_cancel(tmp_path: Path) -> None:
    class Stop(QgsProcessingFeedback):
        def isCanceled(self) -> bool:
            return True

    path = tmp_path / "public.gpkg"
    with pytest.raises(QgsProcessingException, match="Nothing was chosen"):
        export(path)
    with pytest.raises(QgsProcessingException):
        export(path, "no such layer")
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        export(path, layer(LOTS, LOT_ROWS), feedback=Stop())
    assert not path.exists()
    empty = layer(LOTS, [], "empty", crs="EPSG:6668")  # degrees: copied as they are
    assert export(path, empty)["ROWS_WRITTEN"] == 0
    broken = layer(LOTS, LOT_ROWS[:1], "broken")
    broken.dataProvider().changeGeometryValues({1: QgsGeometry.fromWkt("POLYGON((0 0,1 1,1 0,0 1,0 0))")})
    assert export(path, broken, layer(LOTS, LOT_ROWS, "broken"))["LAYERS_WRITTEN"] == 2
    assert columns_of(path, "broken_2")


def test_the_sample_without_its_names(tmp_path: Path) -> None:
    path = tmp_path / "public.gpkg"
    public = f"{SAMPLE / 'tanizawa.gpkg'}|layername="
    secret = [f"{SAMPLE / 'tanizawa_private.gpkg'}|layername={name}" for name in ("owners", "cultivators")]
    result = export(
        path, *(public + name for name in ("lots", "register", "farmland_register", "hamlets")), PRIVATE=secret
    )
    assert result["LAYERS_WRITTEN"] == 4
    assert "owner_key" not in columns_of(path, "register") and "cultivator_key" not in columns_of(
        path, "farmland_register"
    )
    with pytest.raises(QgsProcessingException, match="is private data"):
        export(path, secret[0], PRIVATE=secret)


# -- where private files lie --------------------------------------------------------------------------------
@pytest.fixture
def old_project(tmp_path: Path) -> Iterator[QgsProject]:
    """A project as earlier versions left it: the private file beside the plan, and one in the folder private."""
    home = tmp_path / "village"
    (home / "private").mkdir(parents=True)
    project = QgsProject()
    project.setFileName(str(home / "village.qgz"))
    for path, name in (
        (home / "tanizawa_private.gpkg", "owners"),
        (home / "private" / "cultivators.gpkg", "cultivators"),
    ):
        path.write_bytes((SAMPLE / "tanizawa_private.gpkg").read_bytes())
        made = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        made.setCustomProperty(private.ROLE_PROPERTY, name)
        assert project.addMapLayer(made)
    yield project
    project.clear()


def test_private_files_move_out_of_the_folder_of_the_plan(old_project: QgsProject, tmp_path: Path) -> None:
    home, outside = tmp_path / "village", tmp_path / "village_private"
    assert [found.name() for found in private.misplaced(old_project)] == ["cultivators", "owners"]
    moved = private.move_out(old_project)
    assert sorted(map(Path, moved)) == [outside / "cultivators_private.gpkg", outside / "tanizawa_private.gpkg"]
    assert private.misplaced(old_project) == [] and old_project.isDirty()
    for made in old_project.mapLayers().values():
        assert made.isValid() and made.featureCount() > 0 and private.is_private_layer(made)
        assert Path(private.file_of(made)).parent == outside and f"layername={made.name()}" in made.source()
    assert not (home / "tanizawa_private.gpkg").exists() and not (home / "private" / "cultivators.gpkg").exists()


def test_a_layer_being_edited_stays(old_project: QgsProject) -> None:
    found = private.misplaced(old_project)[0]
    assert found.startEditing()
    with pytest.raises(InputError, match="being edited"):
        private.move_out(old_project)
    found.rollBack()
    assert len(private.misplaced(old_project)) == 2


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/a/x_private.gpkg", True),
        ("/a/x.private.gpkg", True),
        ("/a/owners_private_2.gpkg", True),
        ("/a/Tanizawa_private/x.gpkg", True),
        ("/a/private/x.gpkg", True),
        ("/a/plan.gpkg", False),
        ("/a/private_road.gpkg", False),
    ],
)
def test_private_by_name(path: str, told: bool) -> None:
    assert private.is_private_file(path) is told
