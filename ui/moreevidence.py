"""More evidence: runs every evidence tool whose data is there; its tables go into the next judgement."""

from __future__ import annotations

from typing import Any, NamedTuple

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ..gis.i18n import tr
from . import layers
from .results import OutputSpec
from .runner import IDLE, Job, JobResult, Runner, show_message
from .state import ProjectState
from .widgets import FlowLayout, label, quiet_button

#: Roles of the tables begin with this; the card "Condition of land" reads them all.
ROLE = "evidence_more"
#: Value in the project: lots told by each tool.
TOLD = "evidence_told"


class _Tool(NamedTuple):
    """An evidence tool: its name, algorithm, inputs by role, and those of which one is needed."""

    name: str
    algorithm: str
    inputs: dict[str, str]
    one_of: tuple[str, ...]


TOOLS = (
    _Tool(
        "images",
        "zonalevidence",
        {
            "REGISTER": "register",
            "CANOPY": "canopy_height",
            "DEM": "dem",
            "HOUSES": "houses",
            "LANDCOVER": "land_cover",
        },
        ("NDVI", "CANOPY", "DEM", "LANDCOVER"),
    ),
    _Tool(
        "surveys",
        "surveyevidence",
        {
            "REGISTER": "register",
            "FARMLAND_REGISTER": "farmland_register",
            "PATROL": "patrol",
            "CULTIVATORS": "cultivators",
            "EMAFF": "emaff",
        },
        ("REGISTER", "FARMLAND_REGISTER", "EMAFF"),
    ),
    _Tool(
        "place",
        "placeevidence",
        {
            "REGISTER": "register",
            "ROADS": "roads",
            "FOREST_EDGE": "forest_edge",
            "HOUSES": "houses",
            "DEM": "dem",
            "PATROL": "patrol",
        },
        (),
    ),
    _Tool(
        "forest",
        "forestevidence",
        {
            "REGISTER": "register",
            "MESH": "forest_mesh",
            "STANDS": "forest_stands",
            "LEDGER": "forest_register",
            "CANOPY": "canopy_height",
        },
        ("MESH", "STANDS", "CANOPY"),
    ),
    _Tool(
        "houses",
        "buildingevidence",
        {"REGISTER": "register", "HOUSES": "houses", "WATER_USE": "water_use", "VACANCY": "vacancy"},
        ("HOUSES", "WATER_USE", "VACANCY"),
    ),
)


def _placed(given: dict[str, Any]) -> bool:
    """Whether it can be told which lots the stands of a forest register are on."""
    stands = given["STANDS"]
    return stands.isSpatial() or "LEDGER" in given or stands.fields().lookupField("lot_key") >= 0


def key_of(tool: _Tool) -> str:
    """Key of the run of a tool."""
    return f"{ROLE}_{tool.name}"


class MoreEvidence(QWidget):
    """A button and what was collected in one sentence."""

    collected = pyqtSignal()

    def __init__(self, iface: Any, state: ProjectState, runner: Runner) -> None:
        super().__init__()
        self.iface, self.state, self.runner = iface, state, runner
        self.button = quiet_button(tr("Collect more evidence"), "adddata", self.collect)
        self.button.setObjectName("more_evidence")
        self.button.setToolTip(tr("From pictures, registers, the place, forest and houses, as far as there is data"))
        self.told = label("", "small")
        self.told.setObjectName("told_evidence")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = FlowLayout(spacing=6)
        row.addWidget(self.button)
        column.addLayout(row)
        column.addWidget(self.told)
        runner.changed.connect(lambda key: key.startswith(ROLE) and self.refresh())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self.refresh()

    def _busy(self) -> bool:
        return any(self.runner.state(key_of(tool)) != IDLE for tool in TOOLS)

    def refresh(self) -> None:
        """Show what there is now."""
        busy = self._busy()
        self.button.setVisible(self.state.layer("lots") is not None)
        self.button.setEnabled(not busy)
        found = self.state.value(TOLD) or {}
        words = {
            "images": tr("pictures"),
            "surveys": tr("surveys and registers"),
            "place": tr("place"),
            "forest": tr("forest"),
            "houses": tr("houses"),
        }
        parts = [
            tr("{what} {n} lots").format(what=words[tool.name], n=f"{int(found[tool.name]):,}")
            for tool in TOOLS
            if tool.name in found
        ]
        text = tr("Evidence: {parts}. Check again to use it.").format(parts=layers.joined(parts)) if parts else ""
        self.told.setText(tr("Working…") if busy else text)
        self.told.setVisible(bool(self.told.text()))

    def collect(self) -> None:
        """Start every tool whose data is there, one after the other."""
        lots = self.state.layer("lots")
        if lots is None or self._busy():
            return
        self.state.set_value(TOLD, {})
        for tool in TOOLS:
            given: dict[str, Any] = {parameter: self.state.joinable(role) for parameter, role in tool.inputs.items()}
            given = {parameter: layer for parameter, layer in given.items() if layer is not None}
            if "STANDS" in given and not _placed(given):
                del given["STANDS"]
            several = self.state.layers_of("ndvi", layers.RASTER) if tool.name == "images" else []
            there = {*given, *(("NDVI",) if several else ())}
            if tool.one_of and not there & set(tool.one_of):
                continue
            parameters: dict[str, Any] = {parameter: layer.id() for parameter, layer in given.items()}
            if several:
                parameters["NDVI"] = [layer.id() for layer in several]
            output = OutputSpec("OUTPUT", key_of(tool), self._title(tool.name), "understand", shown=False)
            self.runner.start(
                Job(
                    key=key_of(tool),
                    algorithm=f"landstewardship:{tool.algorithm}",
                    parameters={"INPUT": lots.id(), **parameters},
                    outputs=(output,),
                    layers=[lots, *given.values(), *several],
                )
            )

    def _title(self, name: str) -> str:
        return {
            "images": tr("Evidence from images"),
            "surveys": tr("Evidence from surveys and registers"),
            "place": tr("Evidence from the place"),
            "forest": tr("Evidence about forest lots"),
            "houses": tr("Evidence about houses and plots"),
        }[name]

    def _finished(self, key: str, result: JobResult) -> None:
        tool = next((tool for tool in TOOLS if key_of(tool) == key), None)
        if tool is None:
            return
        found = dict(self.state.value(TOLD) or {})
        found[tool.name] = int(result.values.get("LOTS_TOLD") or 0)
        self.state.set_value(TOLD, found)
        self.refresh()
        self.collected.emit()

    def _failed(self, key: str, message: str) -> None:
        if key.startswith(ROLE):
            show_message(self.iface, tr("Collect more evidence"), message)
            self.refresh()
