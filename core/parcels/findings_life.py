"""What becomes of findings from one check to the next.

An exception that people accepted stays accepted as long as the finding keeps its id; a finding that
is no longer there is shown as cured; one that was not there before is new. Ids depend on kind, lots and
place only (see :mod:`.check`), so they hold across runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..schema import names
from .findings import FINDING_FIELDS, SEVERITIES, needs_surveyor
from .lifefields import ACCEPTED, CURED, LIFE_FIELDS, NEW, OPEN
from .lots import texts

#: A finding of the same kind and lots within this distance (m) is the same one (assumption).
_SAME_PLACE = 0.5

_DECIDED = ("decided_by", "decided_on", "reason")


def lots_of(value: Any) -> list[str]:
    """The lot keys in a finding's ``lots``."""
    return [part.strip() for part in str(value or "").split(";") if part.strip()]


def touched_lots(known: pd.DataFrame, lots: Collection[str]) -> list[str]:
    """``lots`` and every lot that an earlier finding of one of them names, sorted."""
    wanted = set(lots)
    found = set(wanted)
    for value in texts(known["lots"]) if "lots" in known.columns else ():
        named = lots_of(value)
        if wanted.intersection(named):
            found.update(named)
    return sorted(found)


def decisions_of(table: Optional[pd.DataFrame]) -> dict[str, tuple[Optional[str], ...]]:
    """Who accepted a finding, when and why, by its id: rows whose status is accepted (or that have none)."""
    if table is None or "finding_id" not in table.columns:
        return {}
    columns = {name: _column(table, name) for name in ("finding_id", "status", *_DECIDED)}
    found: dict[str, tuple[Optional[str], ...]] = {}
    for row, identity in enumerate(columns["finding_id"]):
        if not identity:
            continue
        if columns["status"][row] in (ACCEPTED, ""):
            found[identity] = tuple(columns[name][row] or None for name in _DECIDED)
        else:
            found.pop(identity, None)  # taken back later
    return found


def _column(table: pd.DataFrame, name: str) -> Any:
    return texts(table[name]) if name in table.columns else np.full(len(table), "", dtype=object)


def with_life(
    findings: gpd.GeoDataFrame,
    known: Optional[gpd.GeoDataFrame] = None,
    decisions: Optional[pd.DataFrame] = None,
    judged: Optional[Collection[str]] = None,
    checked: Optional[Collection[str]] = None,
) -> gpd.GeoDataFrame:
    """The findings with the fields ``LIFE_FIELDS``, followed by those of ``known`` that are gone.

    ``known``: findings of an earlier check (with or without these fields). ``decisions``: table of
    accepted findings; when given, it alone says what is accepted. ``judged``: keys of the lots that
    were looked at, when not all were; findings about other lots are taken over from ``known``.
    ``checked``: keys of all lots of a check of everything; an earlier finding whose lots are
    not among them belongs to another map and is dropped.
    """
    accepted = decisions_of(decisions) if decisions is not None else _accepted(known)
    before: dict[str, str] = {}
    if known is not None and len(known):
        before = dict(zip(_column(known, "finding_id"), _column(known, "status")))
    rows = []
    for identity in findings["finding_id"]:
        if identity in accepted:
            status = ACCEPTED
        elif known is None or (identity in before and before[identity] != CURED):
            # New stays new while only a neighbourhood is looked at.
            status = NEW if judged is not None and before.get(identity) == NEW else OPEN
        else:
            status = NEW
        rows.append((status, *accepted.get(identity, (None, None, None))))
    columns = list(zip(*rows)) if rows else [()] * len(LIFE_FIELDS)
    result = findings.copy()
    for name, values in zip(names(LIFE_FIELDS), columns):
        result[name] = np.array(values, dtype=object)
    if known is None or not len(known):
        return result
    gone = _gone(known, set(findings["finding_id"]), accepted, judged, checked)
    if not len(gone):
        return result
    geometry = result.geometry.name
    if gone.geometry.name != geometry:
        gone = gone.rename_geometry(geometry)
    gone = gone.set_crs(findings.crs, allow_override=True)
    columns_of = [name for name in result.columns if name in gone.columns]
    result = pd.concat([result, gone[columns_of]], ignore_index=True) if len(result) else gone[columns_of]
    return gpd.GeoDataFrame(result, geometry=geometry, crs=findings.crs)


def steady_ids(findings: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, known: Optional[pd.DataFrame]) -> dict[str, str]:
    """Findings that an earlier check had under another id, as their place moved a little: earlier id by present one.

    Kind and lots are the same, and the earlier place is at most ``_SAME_PLACE`` away from the place, or from the area
    (of ``areas``).
    """
    if known is None or not len(known) or not {"kind", "lots", "x", "y"} <= set(known.columns):
        return {}
    before = texts(known["finding_id"])
    gone = ~np.isin(before, findings["finding_id"].to_numpy()) & (_column(known, "status") != CURED) & (before != "")
    left: dict[tuple[str, str], list[int]] = {}
    for row, named in zip(np.flatnonzero(gone).tolist(), zip(texts(known["kind"])[gone], texts(known["lots"])[gone])):
        left.setdefault(named, []).append(row)
    came: dict[tuple[str, str], list[int]] = {}
    fresh = ~findings["finding_id"].isin(set(before)).to_numpy()
    for row, named in zip(np.flatnonzero(fresh).tolist(), zip(findings["kind"][fresh], findings["lots"][fresh])):
        if named in left and named[1]:
            came.setdefault(named, []).append(row)
    x, y = (pd.to_numeric(known[name], errors="coerce").to_numpy(dtype=float) for name in ("x", "y"))
    drawn = dict(zip(areas["finding_id"], areas.geometry)) if came else {}
    result = {}
    for named, rows in came.items():
        now = [
            (identity, drawn.get(identity, place))
            for identity, place in zip(findings["finding_id"].iloc[rows], findings.geometry.iloc[rows])
        ]
        earlier = shapely.points(x[left[named]], y[left[named]])
        off = shapely.distance(np.array([shape for _, shape in now], dtype=object)[:, None], earlier)
        off = np.where(np.isfinite(off), off, np.inf)
        while off.min() <= _SAME_PLACE:
            one, two = (int(value) for value in np.unravel_index(off.argmin(), off.shape))
            result[now[one][0]] = str(before[left[named][two]])
            off[one, :] = off[:, two] = np.inf
    return result


def _accepted(known: Optional[pd.DataFrame]) -> dict[str, tuple[Optional[str], ...]]:
    if known is None or "status" not in known.columns:
        return {}
    return decisions_of(known[texts(known["status"]) == ACCEPTED])


def _gone(
    known: gpd.GeoDataFrame,
    now: Collection[str],
    accepted: Mapping[str, tuple[Optional[str], ...]],
    judged: Optional[Collection[str]],
    checked: Optional[Collection[str]],
) -> gpd.GeoDataFrame:
    """Earlier findings that are not among the present ones, with their status now."""
    columns = [*names(FINDING_FIELDS), *names(LIFE_FIELDS)]
    table = known.copy()
    for field in (*FINDING_FIELDS, *LIFE_FIELDS):
        if field.name not in table.columns:
            table[field.name] = np.nan if field.kind == "real" else None
    identities, statuses = texts(table["finding_id"]), _column(known, "status")
    kept: list[int] = []
    status_now: list[str] = []
    seen = set(now)
    looked_at = set(judged) if judged is not None else None
    present = set(checked) if checked is not None else None
    for row, identity in enumerate(identities):
        if not identity or identity in seen:
            continue
        seen.add(identity)
        named = lots_of(table["lots"].iloc[row])
        if looked_at is not None and not looked_at.intersection(named):
            kept.append(row)
            usual = statuses[row] if statuses[row] in (NEW, CURED) else OPEN
            status_now.append(ACCEPTED if identity in accepted and usual != CURED else usual)
        elif present is None or not named or present.intersection(named):
            kept.append(row)
            status_now.append(CURED)
    gone = table.iloc[kept].copy()
    gone["status"] = status_now
    for place, name in enumerate(_DECIDED):
        own = _column(gone, name)
        gone[name] = [
            accepted[identity][place] if identity in accepted else (own[row] or None)
            for row, identity in enumerate(texts(gone["finding_id"]))
        ]
    return gone[[*columns, gone.geometry.name]]


def life_counts(findings: pd.DataFrame) -> dict[str, int]:
    """How many findings there are to look at (``findings``, by severity, ``surveyor``), accepted, cured and new."""
    status = findings["status"]
    live = findings[status.isin((NEW, OPEN))]
    result = {name: int((status == name).sum()) for name in (NEW, ACCEPTED, CURED)}
    result["findings"] = len(live)
    for severity in SEVERITIES:
        result[severity] = int((live["severity"] == severity).sum())
    result["surveyor"] = sum(map(needs_surveyor, live["kind"], live["severity"]))
    return result


def points(findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Findings read from a table get their points from ``x`` and ``y``."""
    if findings.geometry.notna().any() or "x" not in findings.columns or not len(findings):
        return findings
    x, y = (pd.to_numeric(findings[name], errors="coerce").to_numpy(dtype=float) for name in ("x", "y"))
    place = np.full(len(findings), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    place[known] = shapely.points(x[known], y[known])
    return findings.set_geometry(gpd.GeoSeries(place, index=findings.index))
