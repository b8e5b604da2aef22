"""What all algorithms of the provider share."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingParameterCrs,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
)
from qgis.PyQt.QtGui import QIcon

from ..core.errors import Cancelled, InputError
from ..gis import runrecord
from ..gis.feedback import FeedbackProgress
from ..gis.i18n import language, tr
from ..gis.packages import GEO, missing_message

ICONS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources", "icons")

UNDERSTAND, CHOOSE, ACT = "understand", "choose", "act"


FILES = QgsProcessing.SourceType.TypeFile
_ONE = ("parameterAsSource", "parameterAsVectorLayer")
#: Kinds of parameters whose value may be looked up in the project, and the functions that do so.
_LOOKED_UP = (
    (QgsProcessingParameterFeatureSource, _ONE),
    (QgsProcessingParameterVectorLayer, _ONE),
    (QgsProcessingParameterRasterLayer, ("parameterAsRasterLayer",)),
    (QgsProcessingParameterMultipleLayers, ("parameterAsLayerList",)),
    (QgsProcessingParameterCrs, ("parameterAsCrs",)),
)


def group_title(group: str) -> str:
    """Toolbox group name for a step."""
    return {
        UNDERSTAND: tr("1 Understand"),
        CHOOSE: tr("2 Choose"),
        ACT: tr("3 Act"),
    }[group]


class LandAlgorithm(QgsProcessingAlgorithm):
    """Base of all algorithms: identity, help, missing packages, errors in one sentence.

    A subclass sets ``ID``, ``GROUP``, ``ICON``, writes ``title``, ``help_text``, ``setup`` and
    ``perform``. ``setup`` adds parameters with :meth:`add`, each with its help sentence. ``perform`` may
    raise ``core.errors.InputError``; it creates sinks only after its computation is finished,
    so that a cancelled or failed run leaves nothing half written.
    """

    ID = ""
    GROUP = UNDERSTAND
    ICON = "landstewardship"
    PACKAGES: Sequence[str] = GEO

    #: What was looked up for the run, by function and parameter; see :meth:`prepareAlgorithm`.
    _prepared: Mapping[tuple[str, str], Any] = {}
    _call = runrecord.Call()

    # -- to be written by the subclass -------------------------------------------------
    def title(self) -> str:
        """Name in the toolbox (verb first, sentence case)."""
        raise NotImplementedError

    def help_text(self) -> str:
        """Short help: what it does, what it needs, what comes out, what it cannot say."""
        raise NotImplementedError

    def setup(self) -> None:
        """Add parameters."""
        raise NotImplementedError

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Read, call the core, write; return the outputs."""
        raise NotImplementedError

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "run" in vars(cls):
            # QgsProcessingAlgorithm.run is what processing.run() and the toolbox call.
            raise TypeError(f"{cls.__name__}.run hides QgsProcessingAlgorithm.run; name it perform")

    # -- shared --------------------------------------------------------------------------
    def add(self, parameter: QgsProcessingParameterDefinition, help_text: str, advanced: bool = False) -> None:
        """Add a parameter with its help sentence."""
        parameter.setHelp(help_text)
        if advanced:
            parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(parameter)

    def progress(self, feedback: QgsProcessingFeedback) -> FeedbackProgress:
        """Core progress shown on ``feedback``."""
        return FeedbackProgress(feedback)

    def name(self) -> str:
        return self.ID

    def displayName(self) -> str:
        return self.title()

    def group(self) -> str:
        return group_title(self.GROUP)

    def groupId(self) -> str:
        return self.GROUP

    def icon(self) -> QIcon:
        return QIcon(os.path.join(ICONS, f"{self.ICON}.svg"))

    def svgIconPath(self) -> str:
        return os.path.join(ICONS, f"{self.ICON}.svg")

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.setup()

    def shortHelpString(self) -> str:
        lines = [self.help_text()]
        for definition in self.parameterDefinitions():
            if definition.help():
                lines.append(f"<b>{definition.description()}</b>: {definition.help()}")
        return "".join(f"<p>{line}</p>" for line in lines)

    def shortDescription(self) -> str:
        return self.help_text()

    def canExecute(self) -> Any:
        message = missing_message(self.PACKAGES)
        return (not message, message)

    def checkParameterValues(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        message = missing_message(self.PACKAGES, load=True)
        if message:
            return False, message
        return super().checkParameterValues(parameters, context)

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Look up all layers and coordinate systems, in the thread that asks for the run.

        Looking up a layer in a project throws away the project's cached expression scope (QGIS 3.22 to 3.44). Done in
        the worker, while the main thread draws the legend with that scope, it ends QGIS. So the worker finds all
        looked up: the ``parameterAs…`` functions below answer from here.
        """
        self._prepared = {}
        prepared: dict[tuple[str, str], Any] = {}
        for definition in self.parameterDefinitions():
            name = definition.name()
            given = parameters.get(name)
            if (definition.defaultValue() if given is None else given) in (None, ""):
                continue
            if getattr(definition, "layerType", int)() == FILES:
                continue
            asked = parameters
            if isinstance(given, QgsProcessingFeatureSourceDefinition):
                # The whole layer, whatever part of it was chosen: QGIS gives a layer only for its plain name.
                asked = {**parameters, name: given.source.staticValue()}
            for function in next((functions for kind, functions in _LOOKED_UP if isinstance(definition, kind)), ()):
                values = asked if function == "parameterAsVectorLayer" else parameters
                prepared[function, name] = getattr(super(), function)(values, name, context)
        self._prepared = prepared
        self._call = runrecord.describe_call(self, parameters, context)
        return True

    def _looked_up(self, function: str, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        if (function, name) in self._prepared:
            return self._prepared[function, name]
        return getattr(super(), function)(parameters, name, context)

    def parameterAsSource(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        return self._looked_up("parameterAsSource", parameters, name, context)

    def parameterAsVectorLayer(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        return self._looked_up("parameterAsVectorLayer", parameters, name, context)

    def parameterAsRasterLayer(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        return self._looked_up("parameterAsRasterLayer", parameters, name, context)

    def parameterAsLayerList(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        return self._looked_up("parameterAsLayerList", parameters, name, context)

    def parameterAsCrs(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        return self._looked_up("parameterAsCrs", parameters, name, context)

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        message = missing_message(self.PACKAGES, load=True)
        if message:
            raise QgsProcessingException(message)
        problem = ""
        try:
            inputs = runrecord.describe_inputs(self._call)
            results = self.perform(parameters, context, feedback)
        except InputError as error:
            problem = error.text.pick(language())
        except Cancelled:
            problem = tr("Cancelled. Nothing was changed.")
        finally:
            self._prepared = {}
        if problem:
            # Raised out here: an exception kept by QGIS would keep the layers of the stopped frames open with it.
            raise QgsProcessingException(problem)
        try:
            record = runrecord.write_record(self, self._call, inputs, results)
            if record:
                feedback.pushDebugInfo(tr("Run recorded in {file}").format(file=record))
        except OSError as error:
            feedback.pushWarning(tr("The run could not be recorded: {why}").format(why=error))
        return results
