"""Layers are looked up before a run starts, in the thread that asks for it.

Looking one up in the project drops the project's expression scope; done in the worker while the legend is drawn it ends
QGIS. So every run is prepared with the project and then goes on without it: what it still finds was looked up before.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Layers of the sample village in the project, by name."""
    copy = tmp_path / "tanizawa.gpkg"
    shutil.copy(ROOT / "sample_data" / "tanizawa.gpkg", copy)
    layers = {
        "lots": QgsVectorLayer(f"{copy}|layername=lots", "lots", "ogr"),
        "register": QgsVectorLayer(f"{copy}|layername=register", "register", "ogr"),
        "ndvi": QgsRasterLayer(str(ROOT / "sample_data" / "ndvi_2024.tif"), "ndvi_2024"),
        "dem": QgsRasterLayer(str(ROOT / "sample_data" / "dem.tif"), "dem"),
    }
    assert all(layer.isValid() for layer in layers.values())
    for layer in layers.values():
        QgsProject.instance().addMapLayer(layer)
    yield layers
    for layer in layers.values():
        QgsProject.instance().removeMapLayer(layer.id())


def run_without_project(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Prepare a run with the project, and do it as if there were none."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"landstewardship:{name}")
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    assert algorithm.prepare(parameters, context, feedback)
    context.setProject(None)
    results: dict[str, Any] = algorithm.runPrepared(parameters, context, feedback)
    return results


def test_tables_and_lots(project: dict[str, Any], tmp_path: Path) -> None:
    result = run_without_project(
        "checkparcels",
        {"INPUT": project["lots"].id(), "REGISTER": project["register"].id(), "OUTPUT": str(tmp_path / "out.gpkg")},
    )
    assert result["LOTS_CHECKED"] == 1051


def test_selected_lots(project: dict[str, Any]) -> None:
    project["lots"].selectByIds([1, 4, 7])
    chosen = QgsProcessingFeatureSourceDefinition(project["lots"].id(), True)
    assert run_without_project("checkparcels", {"INPUT": chosen, "OUTPUT": "memory:"})["LOTS_CHECKED"] == 3


def test_pictures_of_the_land(project: dict[str, Any], tmp_path: Path) -> None:
    result = run_without_project(
        "zonalevidence",
        {
            "INPUT": project["lots"].id(),
            "REGISTER": project["register"].id(),
            "NDVI": [project["ndvi"].id()],
            "DEM": project["dem"].id(),
            "OUTPUT": str(tmp_path / "evidence.csv"),
        },
    )
    told = (tmp_path / "evidence.csv").read_text(encoding="utf-8")
    assert "ndvi_departure" in told and "slope" in told, result


def test_the_record_names_the_layers(project: dict[str, Any], tmp_path: Path) -> None:
    run_without_project("checkparcels", {"INPUT": project["lots"].id(), "OUTPUT": str(tmp_path / "out.gpkg")})
    record = (tmp_path / "runs.jsonl").read_text(encoding="utf-8")
    assert '"file": "tanizawa.gpkg"' in record and "tanizawa.gpkg|layername=lots" in record


def test_no_run_looks_up_a_layer_by_itself() -> None:
    looking = [
        path.name
        for path in sorted((ROOT / "processing").glob("*.py"))
        if "mapLayerFromString" in path.read_text(encoding="utf-8")
    ]
    assert looking == []
