"""Whatever joins the register with lots takes the table whose lot keys the matching found, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas

from land_stewardship.ui.findings import FindingsPanel
from land_stewardship.ui.moreevidence import TOOLS, MoreEvidence, key_of
from land_stewardship.ui.pages.owners import PATTERN_KEY, RESOLVE_KEY, OwnersCard
from land_stewardship.ui.repair import PREVIEW, RepairDialog
from land_stewardship.ui.runner import Job, Runner
from land_stewardship.ui.state import DONE, KEYED, MATCHING, CardResult, ProjectState

pytestmark = pytest.mark.usefixtures("provider")


class Iface:
    """As much of QGIS as the parts ask for."""

    def __init__(self) -> None:
        self._canvas = QgsMapCanvas()

    def mapCanvas(self) -> QgsMapCanvas:
        return self._canvas


class Noted(Runner):
    """Notes the jobs instead of running them."""

    def __init__(self, project: QgsProject) -> None:
        super().__init__(project=project)
        self.jobs: dict[str, Job] = {}

    def start(self, job: Job) -> bool:
        if job.prepare is not None:
            assert job.prepare(job) == ""
        self.jobs[job.key] = job
        return True


def layer(kind: str, fields: str, rows: list[list[Any]], wkt: str = "") -> QgsVectorLayer:
    made = QgsVectorLayer(f"{kind}?crs=EPSG:6676&{fields}" if wkt else f"{kind}?{fields}", kind, "memory")
    assert made.isValid()
    for row in rows:
        feature = QgsFeature(made.fields())
        feature.setAttributes(row)
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        assert made.dataProvider().addFeature(feature)
    return made


class Village:
    """A project whose register came without lot keys and was matched."""

    def __init__(self) -> None:
        self.project = QgsProject()
        self.state = ProjectState(project=self.project)
        self.runner = Noted(self.project)
        self.iface = Iface()
        square = "Polygon((0 0, 20 0, 20 20, 0 20, 0 0))"
        text = "field=lot_key:string&field=owner_key:string"
        self.lots = layer("Polygon", "field=lot_key:string", [["K1"]], square)
        self.brought = layer("NoGeometry", text, [[None, "O1"]])
        self.keyed = layer("NoGeometry", text, [["K1", "O1"]])
        self.findings = layer("Polygon", "field=finding_id:string&field=kind:string&field=lots:string",
                              [["f1", "invalid", "K1"]], square)  # fmt: skip
        others = {role: layer("NoGeometry", "field=owner_key:string", [["O1"]]) for role in ("owners", "patrol")}
        others["hamlets"] = layer("Polygon", "field=hamlet:string", [["A"]], square)
        self.project.addMapLayers([self.lots, self.brought, self.keyed, self.findings, *others.values()])
        for role, found in {"lots": self.lots, "register": self.brought, **others}.items():
            self.state.assign(role, found)

    def match(self) -> None:
        inputs = {"REGISTER": self.state.fingerprint(self.brought)}
        self.state.set_card(
            MATCHING,
            CardResult(state=DONE, numbers={"KEYS_ADDED": 1}, inputs=inputs, outputs={KEYED: self.keyed.id()}),
        )


@pytest.fixture()
def village() -> Iterator[Village]:
    made = Village()
    yield made
    made.state.disconnect_all()


def owners_offered(village: Village) -> list[str]:
    panel = FindingsPanel(village.iface, village.state, village.findings)
    return [panel.owner_combo.itemData(number) for number in range(panel.owner_combo.count())]


def test_the_owners_of_findings_are_known_once_the_register_was_matched(village: Village) -> None:
    assert owners_offered(village) == [""], "the table names no lots"
    village.match()
    assert owners_offered(village) == ["", "O1"]


def test_the_repair_reports_the_owners_of_the_matched_register(village: Village) -> None:
    def given() -> str:
        dialog = RepairDialog(village.iface, village.state, village.runner)
        dialog._run(PREVIEW)
        job = village.runner.jobs.pop(PREVIEW)
        assert [found.id() for found in job.layers][1:] == [job.parameters["REGISTER"].source.staticValue()]
        return str(job.parameters["REGISTER"].source.staticValue())

    assert given() == village.brought.id()
    village.match()
    assert given() == village.keyed.id()


def test_every_run_of_the_owners_takes_the_matched_register(village: Village) -> None:
    card = OwnersCard(village.iface, village.state, village.runner)

    def given() -> dict[str, str]:
        village.runner.jobs.clear()
        card.run()
        card.print_sheet()
        jobs = village.runner.jobs
        assert set(jobs) == {RESOLVE_KEY, PATTERN_KEY, card.KEY}
        assert all(jobs[key].parameters["REGISTER"] in [found.id() for found in jobs[key].layers]
                   for key in (RESOLVE_KEY, PATTERN_KEY))  # fmt: skip
        return {
            RESOLVE_KEY: jobs[RESOLVE_KEY].parameters["REGISTER"],
            PATTERN_KEY: jobs[PATTERN_KEY].parameters["REGISTER"],
            card.KEY: card.input_layers(card.inputs()[1])[0].id(),
        }

    assert set(given().values()) == {village.brought.id()}
    village.match()
    assert set(given().values()) == {village.keyed.id()}


def test_more_evidence_takes_the_matched_register(village: Village) -> None:
    more = MoreEvidence(village.iface, village.state, village.runner)
    keys = {key_of(tool) for tool in TOOLS if tool.name in ("surveys", "place")}

    def given() -> set[str]:
        village.runner.jobs.clear()
        more.collect()
        assert set(village.runner.jobs) == keys
        return {job.parameters["REGISTER"] for job in village.runner.jobs.values()}

    assert given() == {village.brought.id()}
    village.match()
    assert given() == {village.keyed.id()}
