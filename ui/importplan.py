"""Which algorithm brings a file in, with which parameters, and what is remembered of it."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsVectorLayer

from ..core.errors import InputError
from ..gis import intake, profiles
from ..gis.i18n import tr
from . import results
from .addrun import Request
from .state import ProjectState

#: Roles of tables, with the algorithm that reads them and the number of the kind in its list.
TABLES: dict[str, tuple[str, int]] = {
    "register": ("importregister", 1),
    "farmland_register": ("importregister", 2),
    "patrol": ("importregister", 3),
    "cultivators": ("importregister", 4),
    "residents": ("importregister", 5),
    "water_use": ("importregister", 6),
    "vacancy": ("importregister", 7),
    "forest_register": ("importforestregister", 1),
    "forest_stands": ("importforestregister", 2),
}
#: Role of records of damage, whose tables and maps are read by a tool of their own.
DAMAGE = "boar_damage"
#: Meanings of columns that tell the place; a map has it in its shapes.
PLACES = ("wkt", "longitude", "latitude", "x", "y")
#: The private table each role brings along.
PRIVATE_ROLES = {
    "register": "owners",
    "forest_register": "owners",
    "forest_stands": "owners",
    "farmland_register": "cultivators",
    "cultivators": "cultivators",
    "residents": "residents",
    "farmland_pins": "pin_cultivators",
}
#: Tables that tell who is at home: they stay in the private folder.
AT_HOME = ("water_use", "vacancy")
#: Order of the units in the algorithms' list.
_UNIT_ORDER = ("", "m2", "a", "ha", "tsubo", "se", "tan", "cho", "acre")
#: Longitude and latitude in tables are JGD2011.
_DEGREES = "EPSG:6668"


class Asked(NamedTuple):
    """What the dialog knows: the file, its role, columns by meaning (empty: none are asked), unit, date, and where a
    map lies that does not say it."""

    found: intake.Found
    role: str
    columns: Mapping[str, Optional[str]]
    unit: str
    date: str
    place: Optional[QgsCoordinateReferenceSystem]
    datum: int = 0


def units() -> list[tuple[str, str]]:
    """Units of areas with their codes, as the officer chooses them."""
    return [
        ("", tr("Find out")),
        ("m2", "m²"),
        ("a", tr("a (100 m²)")),
        ("ha", "ha"),
        ("tsubo", tr("tsubo (3.3 m²)")),
        ("se", tr("se (99 m²)")),
        ("tan", tr("tan (992 m²)")),
        ("cho", tr("cho (9,917 m²)")),
        ("acre", tr("acre")),
    ]


def why(guess: intake.Guess) -> str:
    """Why the unit was chosen, in a few words."""
    if guess.profile:
        return tr("As saved: {name}").format(name=guess.profile)
    if guess.conflict:
        return tr("The map says so, though the column is named otherwise. Please check.")
    return {
        "map": tr("The areas on the map agree."),
        "cells": tr("The values name it."),
        "name": tr("The column is named so."),
        "size": tr("A guess. Please check."),
    }.get(guess.basis, tr("Nothing tells. Please choose."))


def request(state: ProjectState, asked: Asked, scratch: str) -> Request:
    """What to run for a file. ``scratch``: a file name for the columns as they stand.

    Raises ``InputError`` when a map cannot be put into metres.
    """
    found, role = asked.found, asked.role
    project = state.project
    data = results.result_folder(project, "data")
    base = os.path.splitext(os.path.basename(found.path))[0]
    if found.kind == intake.REGISTRY_MAP:
        parameters = {"INPUT": found.path, "DATUM": asked.datum}
        more = ("UNPLACED", "UNPLACED_SHEETS", "TRIAGE")
        return Request(
            "landstewardship:importmojmap", parameters, data, f"{role}_{base}", more_outputs=more, aside=False
        )
    private = results.result_folder(project, "private") if role in PRIVATE_ROLES else ""
    if role in AT_HOME:
        data, base = results.result_folder(project, "private"), f"{base}_private"
    parameters: dict[str, Any] = {"INPUT": [found.path], "DATE": asked.date}
    if asked.place is not None and asked.place.isValid():
        parameters["DATA_CRS"] = asked.place
    watched: list[QgsMapLayer] = []
    if role == DAMAGE and found.known is None:
        return _damage(state, asked, Request("landstewardship:importdamage", {}, data, f"{role}_{base}"))
    if found.known is not None:
        algorithm = found.known.algorithm
        _place(parameters, asked, state)
        if found.known.xy and found.kind == intake.TABLE:
            parameters["DATA_CRS"] = QgsCoordinateReferenceSystem(_DEGREES)
    elif role in TABLES:
        algorithm, parameters["KIND"] = TABLES[role]
        for name, layer in (("LOTS", state.layer("lots")), ("PEOPLE", state.layer(PRIVATE_ROLES.get(role, "")))):
            if isinstance(layer, QgsVectorLayer):
                parameters[name] = layer.id()
                watched.append(layer)
    else:
        algorithm = "importparcels" if role == "lots" else "importmap"
        _place(parameters, asked, state)
    if asked.columns:
        parameters["PROFILE"] = profiles.save(scratch, _profile("", role, asked.columns, found.columns, ""))
        parameters["AREA_UNIT"] = _UNIT_ORDER.index(asked.unit)
    return Request(f"landstewardship:{algorithm}", parameters, data, f"{role}_{base}", private, watched)


def _damage(state: ProjectState, asked: Asked, wanted: Request) -> Request:
    """What to run for a table or map of damage: counted in the hamlets, in the coordinate system of the project."""
    # A heading with the mark between the pairs cannot be told; the algorithm then goes by its own reading.
    told = {m: column or "-" for m, column in asked.columns.items() if not re.search("[;；\n]", column or "")}
    wanted.parameters.update(INPUT=[asked.found.path], COLUMNS="; ".join(f"{m}={c}" for m, c in told.items()))
    _place(wanted.parameters, asked, state)
    if asked.place is not None and asked.place.isValid():
        wanted.parameters["TABLE_CRS"] = asked.place
    hamlets = state.layer("hamlets")
    if isinstance(hamlets, QgsVectorLayer) and hamlets.fields().lookupField("hamlet") >= 0:
        wanted.parameters["HAMLETS"] = hamlets.id()
        wanted.layers = [hamlets]
    wanted.more_outputs = ("COUNTS", "CHECKS")
    return wanted


def _place(parameters: dict[str, Any], asked: Asked, state: ProjectState) -> None:
    """The coordinate system of the result: that of the project, else the map's own, both only in metres."""
    wanted = state.project.crs()
    if intake.is_metric(wanted):
        parameters["TARGET"] = wanted
        return
    layer = asked.found.layer
    own = layer.crs() if layer is not None else QgsCoordinateReferenceSystem()
    if not own.isValid() and asked.place is not None:
        own = asked.place
    if not intake.is_metric(own):
        raise intake.no_plane(os.path.basename(asked.found.path))


def _profile(
    name: str, role: str, columns: Mapping[str, Optional[str]], table: Sequence[str], unit: str
) -> profiles.Profile:
    used = {meaning: column for meaning, column in columns.items() if column}
    return profiles.Profile(name, role, used, unit, tuple(table), dt.date.today().isoformat())


def remember(
    state: ProjectState, role: str, columns: Mapping[str, Optional[str]], table: Sequence[str], unit: str
) -> str:
    """Keep the columns as a profile of the village beside the project; returns the file, empty while it is not saved.

    Another table of the same kind gets a profile of its own.
    """
    folder = profiles.folder_of(os.path.dirname(state.project.fileName()))
    if not folder:
        return ""
    name, number = state.village_name() or tr("village"), 1
    made = _profile(name, role, columns, table, unit)
    path = profiles.path_for(folder, made)
    while os.path.exists(path):
        try:
            if set(profiles.load(path).table) == set(table):
                break
        except InputError:
            pass
        number += 1
        made = made._replace(name=f"{name} {number}")
        path = profiles.path_for(folder, made)
    return profiles.save(path, made)
