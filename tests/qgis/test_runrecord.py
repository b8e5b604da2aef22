"""Every run with a file output leaves a traceable record."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from land_stewardship.processing.base import LandAlgorithm

GEOJSON = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1},'
    ' "geometry": {"type": "Point", "coordinates": [138.0, 37.0]}}]}'
)


class CopyPoints(LandAlgorithm):
    """A minimal algorithm for the test."""

    ID = "copypoints"

    def title(self) -> str:
        return "Copy"

    def help_text(self) -> str:
        return "Copies."

    def setup(self) -> None:
        self.add(QgsProcessingParameterFeatureSource("INPUT", "in"), "what to copy")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", "out"), "where to")

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        source = self.parameterAsSource(parameters, "INPUT", context)
        sink, destination = self.parameterAsSink(
            parameters, "OUTPUT", context, source.fields(), QgsWkbTypes.Type.Point, source.sourceCrs()
        )
        for feature in source.getFeatures():
            sink.addFeature(feature)
        del sink
        return {"OUTPUT": destination}


@pytest.fixture
def algorithm(qgis_app: Any) -> CopyPoints:
    algorithm = CopyPoints()
    algorithm.initAlgorithm()
    return algorithm


def run(algorithm: CopyPoints, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
    feedback = QgsProcessingFeedback()
    assert algorithm.prepare(parameters, context, feedback)
    algorithm.runPrepared(parameters, context, feedback)


@pytest.mark.parametrize("by_layer", [False, True])
def test_record_names_inputs_versions_and_outputs(algorithm: CopyPoints, tmp_path: Path, by_layer: bool) -> None:
    source = tmp_path / "in.geojson"
    source.write_text(GEOJSON)
    context = QgsProcessingContext()
    value: Any = str(source)
    layer = QgsVectorLayer(str(source), "points", "ogr")
    if by_layer:
        QgsProject.instance().addMapLayer(layer)
        context.setProject(QgsProject.instance())
        value = layer.id()
    output = tmp_path / "results" / "out.gpkg"
    output.parent.mkdir()
    try:
        for _ in range(2):
            run(algorithm, {"INPUT": value, "OUTPUT": str(output)}, context)
    finally:
        if by_layer:
            QgsProject.instance().removeMapLayer(layer.id())
    lines = (output.parent / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    record = json.loads(lines[0])
    assert record["algorithm"].endswith("copypoints")
    assert record["inputs"] == [
        {
            "parameter": "INPUT",
            "file": "in.geojson",
            "bytes": len(GEOJSON),
            "sha256": hashlib.sha256(GEOJSON.encode()).hexdigest(),
        }
    ]
    assert {"land_stewardship", "qgis", "python", "geopandas", "shapely"} <= set(record["versions"])
    assert "OUTPUT" in record["parameters"]


def test_temporary_outputs_leave_no_file(algorithm: CopyPoints, tmp_path: Path) -> None:
    source = tmp_path / "in.geojson"
    source.write_text(GEOJSON)
    run(algorithm, {"INPUT": str(source), "OUTPUT": QgsProcessing.TEMPORARY_OUTPUT}, QgsProcessingContext())
    assert [p.name for p in tmp_path.iterdir()] == ["in.geojson"]
