"""The Processing provider."""

from __future__ import annotations

import os

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..gis.i18n import tr
from .base import ICONS

#: Module and class of every algorithm, in the order of the three steps.
ALGORITHMS: tuple[tuple[str, str], ...] = (
    ("importmojmap", "ImportMojMap"),
    ("importparcels", "ImportParcels"),
    ("importmap", "ImportMap"),
    ("importregister", "ImportRegister"),
    ("importforestregister", "ImportForestRegister"),
    ("importfieldpolygons", "ImportFieldPolygons"),
    ("importfarmlandpins", "ImportFarmlandPins"),
    ("importopendata", "ImportOpenData"),
    ("importpopulation", "ImportPopulation"),
    ("checkparcels", "CheckParcels"),
    ("matchregister", "MatchRegister"),
    ("overlaylots", "OverlayLots"),
    ("repairparcels", "RepairParcels"),
    ("resolveowners", "ResolveOwners"),
    ("contactability", "Contactability"),
    ("ownershippattern", "OwnershipPattern"),
    ("ownershipmap", "OwnershipMap"),
    ("zonalevidence", "ZonalEvidence"),
    ("surveyevidence", "SurveyEvidence"),
    ("placeevidence", "PlaceEvidence"),
    ("forestevidence", "ForestEvidence"),
    ("buildingevidence", "BuildingEvidence"),
    ("findunmanaged", "FindUnmanaged"),
    ("fieldchecklist", "FieldChecklist"),
    ("importfieldchecks", "ImportFieldChecks"),
    ("learnfromsurvey", "LearnFromSurvey"),
    ("conditionsensitivity", "ConditionSensitivity"),
    ("importdamage", "ImportDamage"),
    ("calibrateexternality", "CalibrateExternality"),
    ("overlayexternalities", "OverlayExternalities"),
    ("relief", "Relief"),
    ("minimummanagement", "MinimumManagement"),
    ("fencescenario", "FenceScenario"),
    ("harmmap", "HarmMap"),
    ("forecast", "Forecast"),
    ("forecastcheck", "ForecastCheck"),
    ("forecastsheet", "ForecastPage"),
    ("draftplan", "DraftPlan"),
    ("savechoices", "SaveChoices"),
    ("planmap", "PlanMap"),
    ("plantables", "PlanTables"),
    ("planreport", "PlanReport"),
    ("exportpublic", "ExportPublic"),
)


class LandStewardshipProvider(QgsProcessingProvider):
    """Algorithms in three groups: Understand, Choose, Act."""

    def id(self) -> str:
        return "landstewardship"

    def name(self) -> str:
        return tr("Land Stewardship")

    def icon(self) -> QIcon:
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        return os.path.join(ICONS, "landstewardship.svg")

    def loadAlgorithms(self) -> None:
        from importlib import import_module

        for module_name, class_name in ALGORITHMS:
            module = import_module(f".{module_name}", __package__)
            self.addAlgorithm(getattr(module, class_name)())
