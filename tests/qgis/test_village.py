"""The sample village inside QGIS: copy, project in both languages, rasters, rebuild."""

from __future__ import annotations

import csv
import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qgis.core import (
    QgsLayerTree,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

from land_stewardship.core.errors import InputError
from land_stewardship.core.inputs import INPUT_FIELDS
from land_stewardship.gis import village

ROOT = Path(__file__).resolve().parents[2]


def roles_of(project: QgsProject) -> dict[str, Any]:
    return {layer.customProperty(village.ROLE_PROPERTY): layer for layer in project.mapLayers().values()}


@pytest.fixture(params=["en", "ja"])
def opened(request: Any, qgis_app: Any, tmp_path: Path) -> Any:
    """(language, project) of a fresh copy, read back from its file."""
    path = village.make_sample_project(request.param, str(tmp_path))
    project = QgsProject()
    assert project.read(path)
    yield request.param, project
    project.clear()


# -- copying -----------------------------------------------------------------------------------
def test_copy_is_writable_and_complete(qgis_app: Any, tmp_path: Path) -> None:
    folder = Path(village.make_village_copy(str(tmp_path / "new" / "folder")))
    names = {role.file for role in village.ROLES.values()} | {"SOURCES.md", village.VERSION_FILE}
    assert {path.name for path in folder.iterdir()} == names - {village.PRIVATE_FILE}
    # Names and addresses lie outside the folder that holds the plan.
    private = folder.parent / "folder_private"
    assert [path.name for path in private.iterdir()] == [village.PRIVATE_FILE]
    assert all(path.stat().st_mode & stat.S_IWUSR for path in folder.iterdir())


def test_missing_sample_is_said(qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(village, "SAMPLE", str(tmp_path))
    with pytest.raises(InputError) as caught:
        village.make_village_copy(str(tmp_path / "copy"))
    assert "tanizawa.gpkg" in caught.value.text.en and "tanizawa.gpkg" in caught.value.text.ja
    assert not (tmp_path / "copy").exists()


def test_same_edition_is_used_again(qgis_app: Any, tmp_path: Path) -> None:
    first = village.make_sample_project("en", str(tmp_path))
    Path(first).write_bytes(Path(first).read_bytes() + b"")
    before = Path(first).stat().st_mtime_ns
    assert village.make_sample_project("en", str(tmp_path)) == first
    assert Path(first).stat().st_mtime_ns == before
    other = village.make_sample_project("ja", str(tmp_path))
    assert Path(other).parent == Path(first).parent and other != first


def test_another_edition_or_a_broken_copy_is_left_alone(qgis_app: Any, tmp_path: Path) -> None:
    first = Path(village.make_sample_project("en", str(tmp_path)))
    (first.parent / village.VERSION_FILE).write_text("older\n")
    second = Path(village.make_sample_project("en", str(tmp_path)))
    assert second.parent.name == "Tanizawa 2" and first.exists()
    (second.parent / "dem.tif").unlink()
    third = Path(village.make_sample_project("en", str(tmp_path)))
    assert third.parent.name == "Tanizawa 3"


def test_damaged_data_is_said(qgis_app: Any, tmp_path: Path) -> None:
    folder = village.make_village_copy(str(tmp_path / "copy"))
    os.remove(os.path.join(folder, "dem.tif"))
    with pytest.raises(InputError, match=r"dem\.tif"):
        village.open_village(folder, "en")
    assert not os.path.exists(village.project_path(folder, "en"))


# -- the project ----------------------------------------------------------------------------------
def test_every_layer_opens(opened: tuple[str, QgsProject]) -> None:
    _, project = opened
    layers = roles_of(project)
    assert set(layers) == set(village.ROLES)
    assert all(layer.isValid() for layer in layers.values())
    assert layers["lots"].featureCount() == 1051
    for code, layer in layers.items():
        if code not in ("lots",):
            assert isinstance(layer, QgsRasterLayer) or layer.featureCount() > 0
        if isinstance(layer, QgsRasterLayer) or layer.isSpatial():
            assert layer.crs().authid() == "EPSG:6676", code


def test_project_is_described(opened: tuple[str, QgsProject]) -> None:
    language, project = opened
    assert project.crs().authid() == "EPSG:6676"
    assert project.title() == village.TITLE.pick(language)
    assert village.CREDIT.pick(language) in project.metadata().abstract()
    view = project.viewSettings().defaultViewExtent()
    assert view.contains(roles_of(project)["lots"].extent())
    assert project.homePath() == str(Path(project.fileName()).parent)


def test_names_are_in_the_language_and_say_synthetic(opened: tuple[str, QgsProject]) -> None:
    language, project = opened
    mark = "（合成）" if language == "ja" else " (synthetic)"
    for code, layer in roles_of(project).items():
        assert layer.name().endswith(mark) == (code != "lots"), code
        has_japanese = any("\u3040" <= letter <= "\u9fff" for letter in layer.name())
        assert has_japanese == (language == "ja"), layer.name()


def test_groups_by_step(opened: tuple[str, QgsProject]) -> None:
    language, project = opened
    root = project.layerTreeRoot()
    names = [child.name() for child in root.children() if QgsLayerTree.isGroup(child)]
    assert names == [title.pick(language) for title in village.GROUPS.values()]
    assert len(root.children()) == len(names)
    private = root.findGroup(village.PRIVATE_GROUP.pick(language))
    found = {node.layer().customProperty(village.ROLE_PROPERTY) for node in private.findLayers()}
    assert (
        found
        == {code for code, role in village.ROLES.items() if role.private}
        == {"owners", "cultivators", "residents"}
    )


def test_aliases_and_words_for_codes(opened: tuple[str, QgsProject]) -> None:
    language, project = opened
    layers = roles_of(project)
    for code, specs in INPUT_FIELDS.items():
        layer = layers[code]
        assert isinstance(layer, QgsVectorLayer)
        for spec in specs:
            position = layer.fields().lookupField(spec.name)
            assert layer.attributeAlias(position) == spec.alias(language), (code, spec.name)
    patrol = layers["patrol"]
    setup = patrol.editorWidgetSetup(patrol.fields().lookupField("result"))
    words = {word: value for pair in setup.config()["map"] for word, value in pair.items()}
    assert setup.type() == "ValueMap"
    assert words["1号遊休農地（緑区分）" if language == "ja" else "idle class 1, mowing is enough"] == "idle_1_green"


def test_metadata_credits(opened: tuple[str, QgsProject]) -> None:
    language, project = opened
    layers = roles_of(project)
    for code in ("lots", "lots_defects"):
        assert layers[code].metadata().rights() == [village.CREDIT.pick(language)]
        assert layers[code].metadata().licenses()
    for code, layer in layers.items():
        if code != "lots":
            assert village.SYNTHETIC_NOTE.pick(language) in layer.metadata().abstract(), code
        assert layer.customProperty(village.DATE_PROPERTY)


def test_paths_are_relative(opened: tuple[str, QgsProject], tmp_path: Path) -> None:
    _, project = opened
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = Path(project.fileName()).parent
    # The plan's folder may be renamed; the private one beside it keeps its name.
    moved = folder.rename(elsewhere / "moved")
    folder.with_name("Tanizawa_private").rename(elsewhere / "Tanizawa_private")
    again = QgsProject()
    assert again.read(str(moved / Path(project.fileName()).name))
    assert all(layer.isValid() for layer in again.mapLayers().values())
    again.clear()


def test_map_is_drawn(opened: tuple[str, QgsProject]) -> None:
    _, project = opened
    settings = QgsMapSettings()
    root = project.layerTreeRoot()
    settings.setLayers([layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(300, 480))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert job.errors() == []
    image = job.renderedImage()
    colours = {image.pixel(x, y) for x in range(0, 300, 5) for y in range(0, 480, 5)}
    assert len(colours) > 50


# -- rasters -------------------------------------------------------------------------------------
def pixels(name: str) -> tuple[np.ndarray, QgsRasterLayer]:
    layer = QgsRasterLayer(str(ROOT / "sample_data" / name), name)
    assert layer.isValid() and layer.crs().authid() == "EPSG:6676"
    block = layer.dataProvider().block(1, layer.extent(), layer.width(), layer.height())
    values = np.frombuffer(bytes(block.data()), dtype="f4").reshape(layer.height(), layer.width()).astype(float)
    assert block.hasNoDataValue()
    values[values == block.noDataValue()] = np.nan
    return values, layer


@pytest.mark.parametrize(
    ("name", "cell", "low", "high", "empty"),
    [
        ("dem.tif", 10, 5, 600, (0.0, 0.0)),
        ("ndvi_2023.tif", 10, -0.2, 1.0, (0.02, 0.2)),
        ("ndvi_2024.tif", 10, -0.2, 1.0, (0.02, 0.2)),
        ("canopy_height.tif", 5, 0, 35, (0.01, 0.2)),
    ],
)
def test_rasters(qgis_app: Any, name: str, cell: float, low: float, high: float, empty: tuple[float, float]) -> None:
    values, layer = pixels(name)
    assert layer.rasterUnitsPerPixelX() == layer.rasterUnitsPerPixelY() == cell
    lots = QgsVectorLayer(str(ROOT / "sample_data" / "tanizawa.gpkg") + "|layername=lots", "lots", "ogr")
    assert layer.extent().contains(lots.extent())
    assert np.nanmin(values) >= low and np.nanmax(values) <= high
    assert empty[0] <= np.isnan(values).mean() <= empty[1]


def test_hills_rise_behind_the_forest_edge(qgis_app: Any) -> None:
    values, layer = pixels("dem.tif")
    column = layer.width() // 6
    assert np.nanmedian(values[:, -column:]) > np.nanmedian(values[:, :column]) + 50
    slope = np.hypot(*np.gradient(values, 10.0))
    assert np.nanmedian(slope[:, :column]) < 0.02 < 0.2 < np.nanmedian(slope[:, -column:])


# -- rebuilding ------------------------------------------------------------------------------------
@pytest.mark.slow
def test_rebuild_gives_the_same_files(data_folder: Path, tmp_path: Path) -> None:
    xml = data_folder / "moj_map_xml" / "15222-1107-1553.xml"
    digests = []
    for name in ("one", "two"):
        subprocess.run(
            [
                sys.executable,
                str(ROOT / "scripts" / "build_sample.py"),
                "--xml",
                str(xml),
                "--out",
                str(tmp_path / name),
            ],
            check=True,
            capture_output=True,
            timeout=250,
        )
        digests.append(
            {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / name).iterdir()}
        )
    assert digests[0] == digests[1] and len(digests[0]) == 10
    # Other versions of the libraries may change the last digits, never the story.
    columns = ("lot_key", "category_true", "hamlet", "managed_true", "years_unmanaged", "no_evidence")
    with (
        open(tmp_path / "one" / "truth.csv", encoding="utf-8") as new,
        open(ROOT / "sample_data" / "truth.csv", encoding="utf-8") as old,
    ):
        fresh = [[row[c] for c in columns] for row in csv.DictReader(new)]
        bundled = [[row[c] for c in columns] for row in csv.DictReader(old)]
    assert fresh == bundled
