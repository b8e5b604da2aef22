"""The algorithms as steps of a model, the way the model designer runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelParameter,
    QgsProcessingParameterFeatureSource,
    QgsProject,
    QgsVectorLayer,
)

from land_stewardship.processing.provider import ALGORITHMS

Source = QgsProcessingModelChildParameterSource


def child(model: QgsProcessingModelAlgorithm, name: str, **values: Any) -> str:
    """Add one algorithm of ours; a tuple value is an output of an earlier step."""
    step = QgsProcessingModelChildAlgorithm(f"landstewardship:{name}")
    step.setChildId(name)
    for key, value in values.items():
        if isinstance(value, tuple):
            source = Source.fromChildOutput(*value)
        elif value == "LOTS":
            source = Source.fromModelParameter("LOTS")
        else:
            source = Source.fromStaticValue(value)
        step.addParameterSources(key, [source])
    return str(model.addChildAlgorithm(step))


@pytest.mark.parametrize("name", [name for name, _ in ALGORITHMS])
def test_each_algorithm_can_be_placed_in_a_model_and_saved(provider: Any, tmp_path: Path, name: str) -> None:
    model = QgsProcessingModelAlgorithm("one", "test")
    child(model, name)
    path = str(tmp_path / "one.model3")
    assert model.toFile(path)
    again = QgsProcessingModelAlgorithm()
    assert again.fromFile(path)
    assert again.childAlgorithm(name).algorithm().id() == f"landstewardship:{name}"


def test_from_lots_to_plan_in_one_model(provider: Any, sample_folder: Path, tmp_path: Path) -> None:
    village = sample_folder / "tanizawa.gpkg"
    plan = tmp_path / "plan.gpkg"
    model = QgsProcessingModelAlgorithm("chain", "test")
    lots = QgsProcessingModelParameter("LOTS")
    model.addModelParameter(
        QgsProcessingParameterFeatureSource("LOTS", "Lots", [QgsProcessing.SourceType.TypeVectorPolygon]), lots
    )
    register, patrol = f"{village}|layername=register", f"{village}|layername=patrol"
    child(model, "findunmanaged", INPUT="LOTS", REGISTER=register, PATROL=patrol)
    child(
        model,
        "overlayexternalities",
        SOURCES=("findunmanaged", "OUTPUT"),
        HOUSES=f"{village}|layername=houses",
    )
    child(
        model,
        "draftplan",
        INPUT=("findunmanaged", "OUTPUT"),
        BURDEN=("overlayexternalities", "OUTPUT"),
        REGISTER=register,
    )
    child(model, "savechoices", INPUT=("draftplan", "OUTPUT"), PLAN=str(plan))
    context = QgsProcessingContext()
    context.setProject(QgsProject())
    can, why = model.canExecute()
    assert can, why
    results, good = model.run({"LOTS": f"{village}|layername=lots"}, context, QgsProcessingFeedback())
    assert good and results
    layer = QgsVectorLayer(f"{plan}|layername=plan", "plan", "ogr")
    assert layer.featureCount() == 1051
