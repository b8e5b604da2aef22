"""The card "Condition of land": three classes with areas, completeness, why this lot, weights, learning, testing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsVectorLayer

from ...core.texts import Text
from ...gis.condition_reading import Layers
from ...gis.i18n import language, tr
from .. import layers, theme
from ..conditionlearn import ConditionLearn
from ..conditionwhy import ConditionWhy
from ..fieldcheck import FieldCheck
from ..moreevidence import ROLE as MORE
from ..moreevidence import MoreEvidence
from ..results import OutputSpec
from ..runner import IDLE, JobResult
from ..widgets import BarPart, ShareBar, label, quiet_button
from .cards import AlgorithmCard, InputSpec

CONDITION, EVIDENCE = "condition", "evidence"
NUMBERS = (
    "UNMANAGED",
    "CANNOT_TELL",
    "MANAGED",
    "UNMANAGED_HA",
    "CANNOT_TELL_HA",
    "MANAGED_HA",
    "COMPLETENESS",
    "SURVEYED",
    "DISAGREE",
    "UNMANAGED_ABOVE",
    "MANAGED_BELOW",
)
_SPACE = Text(" ", "")


def _size(hectares: Any) -> str:
    """The unit of a number of lots, with their area where it is known."""
    return tr("lots") if hectares is None else tr("lots · {ha} ha").format(ha=f"{float(hectares or 0):,.1f}")


class ConditionCard(AlgorithmCard):
    """Condition of land."""

    KEY = CONDITION
    ICON = "condition"
    ALGORITHM = "landstewardship:findunmanaged"

    #: Inputs that can tell something about the condition by themselves.
    EVIDENCE = ("patrol", "ndvi", "canopy_height")

    def title_text(self) -> str:
        return tr("Condition of land")

    def sentence_text(self) -> str:
        return tr("Looks for land that may not be looked after.")

    def next_sentence(self) -> str:
        return tr("Check the condition of land")

    def inputs(self) -> Sequence[InputSpec]:
        def more(parameter: str, role: str, need: str, title: str, tile: str, **options: Any) -> InputSpec:
            return InputSpec(parameter, role, need, title, required=False, tile=tile, **options)

        quiet = {"told": False}
        return (
            InputSpec("INPUT", "lots", layers.POLYGONS, tr("Map of the lots"), tile="map", told=False),
            more("PATROL", "patrol", layers.TABLE, tr("Farm patrol"), "patrol"),
            more("NDVI", "ndvi", layers.RASTER, tr("Greenness from above, by summer"), "photos", multiple=True),
            more("CANOPY", "canopy_height", layers.RASTER, tr("Height of plants"), "photos"),
            more("REGISTER", "register", layers.TABLE, tr("Land register"), "register", **quiet),
            more("FARMLAND_REGISTER", "farmland_register", layers.TABLE, tr("Farmland register"), "register", **quiet),
            more("CULTIVATORS", "cultivators", layers.TABLE, tr("List of farmers"), "farmers", **quiet),
            more("DEM", "dem", layers.RASTER, tr("Height of the ground"), "photos", **quiet),
            more("ROADS", "roads", layers.LINES, tr("Roads"), "map", **quiet),
            more("FOREST_EDGE", "forest_edge", layers.LINES, tr("Forest edge"), "map", **quiet),
            more("HOUSES", "houses", layers.POLYGONS, tr("Houses"), "map", **quiet),
            more("WEIGHTS", "condition_weights", layers.TABLE, tr("Table of weights"), "", **quiet),
            more("MORE_EVIDENCE", MORE, layers.TABLE, tr("Evidence tables"), "", multiple=True, **quiet),
        )

    def missing_inputs(self) -> list[InputSpec]:
        missing = super().missing_inputs()
        evidence = [spec for spec in self.inputs() if spec.role in self.EVIDENCE]
        if not missing and not any(self.input_layers(spec) for spec in evidence):
            missing.append(evidence[0])
        return missing

    def outputs(self) -> Sequence[OutputSpec]:
        return (
            OutputSpec("EVIDENCE", EVIDENCE, tr("Evidence on the condition"), "understand", shown=False),
            OutputSpec("OUTPUT", CONDITION, tr("Condition of land"), "understand"),
        )

    # -- what the card has beside numbers ---------------------------------------------------
    def build_result(self) -> None:
        self.bar = ShareBar()
        self.about = label("", "small")
        self.about.setObjectName("about_condition")
        self.guide = label(tr("A guide only. Please check on the ground."), "small")
        self.why = ConditionWhy(self.iface, self.result_layers)
        self.learn = ConditionLearn(self.iface, self.state, self.runner)
        self.learn.weights_taken.connect(self.changed)
        self.fieldcheck = FieldCheck(self.iface, self.state, self.runner)
        self.fieldcheck.results_taken.connect(self.changed)
        self.more = MoreEvidence(self.iface, self.state, self.runner)
        self.more.collected.connect(self.changed)
        for part in (self.bar, self.about, self.why, self.fieldcheck, self.learn, self.more, self.guide):
            self.body.addWidget(part)
        self.weights_button = quiet_button(tr("Weights"), clicked=self.edit_weights)
        self.weights_button.setObjectName("weights_condition")
        self.weights_button.setToolTip(tr("What speaks for and against, and how strongly"))
        self.weights_button.setAccessibleDescription(self.title_text())
        self.add_button(self.weights_button)

    def result_layers(self) -> Layers:
        """The result layers of now."""
        found = [self.state.layer(role) for role in (CONDITION, EVIDENCE)]
        return Layers(*(layer if isinstance(layer, QgsVectorLayer) else None for layer in found))

    def edit_weights(self) -> None:
        """Open the weights."""
        from ..conditionweights import WeightsDialog

        dialog = WeightsDialog(self.state, self.limits_text(self.result().numbers), self.window())
        dialog.accepted.connect(self.changed)
        dialog.open()

    def shown_roles(self) -> Sequence[str]:
        return (CONDITION,)

    # -- showing --------------------------------------------------------------------------------
    def refresh(self, active: bool) -> None:
        super().refresh(active)
        shown = self.again_button.isVisibleTo(self)
        self.why.setVisible(shown)
        self.learn.setVisible(shown)
        self.learn.refresh()
        for tools in (self.fieldcheck, self.more):
            tools.setVisible(shown)
            tools.refresh()
        self.weights_button.setVisible(self.runner.state(self.KEY) == IDLE)
        if not shown and self.why.answer is not None:
            self.why.put_away()

    def put_away(self) -> None:
        self.why.put_away()

    def _run_finished(self, key: str, result: JobResult) -> None:
        if key == self.KEY:
            self.why.clear()  # what it said came from the former result
            self.learn.forget_test()
        super()._run_finished(key, result)

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        return {name: result.values.get(name, 0) for name in NUMBERS}

    def limits_text(self, numbers: dict[str, Any]) -> str:
        """The limits of probability in words; they follow from the costs in the settings."""
        if "UNMANAGED_ABOVE" not in numbers:
            return tr("The limits follow from the costs in the settings.")
        return tr(
            "Likely unmanaged above {above} %, likely managed below {below} % (from the costs in the settings)."
        ).format(
            above=f"{100 * float(numbers['UNMANAGED_ABOVE'] or 0):.0f}",
            below=f"{100 * float(numbers['MANAGED_BELOW'] or 0):.0f}",
        )

    def show_result(self, numbers: dict[str, Any]) -> None:
        likely = theme.tokens()["likely"]
        self.bar.set_parts(
            [
                BarPart(
                    caption,
                    int(numbers.get(name) or 0),
                    likely[colour],
                    hatched=colour == "cannot",
                    detail=_size(numbers.get(f"{name}_HA")),
                )
                for caption, name, colour in (
                    (tr("Unmanaged?"), "UNMANAGED", "unmanaged"),
                    (tr("Cannot tell"), "CANNOT_TELL", "cannot"),
                    (tr("Managed"), "MANAGED", "managed"),
                )
            ]
            if numbers
            else []
        )
        self.about.setText(self._about(numbers))
        self.about.setVisible(bool(self.about.text()))
        self.guide.setVisible(bool(numbers))

    def _about(self, numbers: dict[str, Any]) -> str:
        if "COMPLETENESS" not in numbers:
            return ""
        words = [
            tr("Data: {percent} % of what the rules can use, on average.").format(
                percent=f"{100 * float(numbers['COMPLETENESS'] or 0):.0f}"
            ),
            tr("{n} lots surveyed.").format(n=f"{int(numbers['SURVEYED'] or 0):,}"),
        ]
        if numbers.get("DISAGREE"):
            words.append(tr("On {n} of them the screening says otherwise.").format(n=f"{int(numbers['DISAGREE']):,}"))
        return _SPACE.pick(language()).join([*words, self.limits_text(numbers)])
