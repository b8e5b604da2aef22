"""Trying treatments lot by lot in the dock: the same network and effects as the algorithm ``relief``.

Works on one result of "Overlay harm to surroundings". Each click costs only the links of its lot.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import QgsVectorLayer

from ..core.errors import InputError
from ..core.externality.words import EVIDENCE_WORDS
from ..core.texts import Text
from . import bridge
from .catalogues import catalogue_text
from .harm_reading import LOT, Layers, Thing, lot_number

if TYPE_CHECKING:
    from ..core.externality.treatments import Treatment

#: From sure to least sure; where several meet, the least sure counts.
_SUREST = tuple(EVIDENCE_WORDS)
#: What is less than this is rounding.
_NOTHING = 1e-12
_NO_RESULT = Text("Check harm to surroundings first.", "先に周りへの影響を調べてください。")
_NO_SOURCE = Text(
    "Lot {name} burdens nobody by these rules, so treating it relieves nobody.",
    "{name}はこの規則では周りに影響しないため、手入れをしても軽くなる先はありません。",
)
_NOT_SUITED = Text(
    "“{treatment}” cannot be done on lot {name}: it is another kind of land.",
    "{name}は土地の種類が違うため、「{treatment}」はできません。",
)
_HEADS = (
    Text("Lot key", "筆の識別子"), Text("Lot", "地番"), Text("Treatment", "手入れ"),
    Text("Treated area (m²)", "手入れする面積（m²）"), Text("Hours per year", "年間の作業時間"),
    Text("Yen per year", "年間の費用（円）"), Text("How sure the effect is", "効果の根拠"),
)  # fmt: skip


class Choice(NamedTuple):
    """A treatment to choose from."""

    treatment_id: str
    label: Text
    evidence: str


class KindRelief(NamedTuple):
    """One kind of harm: the part of it that is taken away (0..1), how many are relieved of it, how sure its rule is."""

    kind: str
    part: float
    relieved: int
    evidence: str


class Summary(NamedTuple):
    """What the treated lots do and cost per year: lots, hours, yen, how many of each kind of receptor are relieved,
    relief by kind of harm, and how sure the effects of the treatments are ("" without lots)."""

    lots: int
    hours: float
    yen: float
    relieved: dict[str, int]
    kinds: list[KindRelief]
    evidence: str


class ReliefSession:
    """A growing or shrinking set of treated lots. Raises ``InputError`` when the results do not fit together."""

    def __init__(self, layers: Layers, treatments: Optional[QgsVectorLayer] = None) -> None:
        import numpy
        import pandas

        from ..core import frames
        from ..core.condition.evidence import Tables, land_categories
        from ..core.externality import treatments as treatments_of
        from ..core.externality.relief import ReliefState, network_from_links

        if layers.sources is None or layers.receptors is None or layers.links is None:
            raise InputError(_NO_RESULT)
        lots = bridge.source_to_frame(layers.sources)
        bridge.require_metric(lots.crs, Text("The layer of lots", "筆の図"))
        lots = lots[frames.flags(lots, "outside") != True].reset_index(drop=True)  # noqa: E712  (element by element)
        keys = frames.texts(lots, "lot_key")
        links = bridge.source_to_frame(layers.links)
        receptors = bridge.source_to_frame(layers.receptors)
        known = (
            treatments_of.read_treatments(catalogue_text("treatments.csv"))
            if treatments is None
            else treatments_of.treatments_from_frame(bridge.source_to_frame(treatments))
        )
        self._treatments: dict[str, Treatment] = {treatment.treatment_id: treatment for treatment in known}
        self._network = network_from_links(links, keys, receptors)
        self._state = ReliefState(self._network)
        self._place = {str(key): row for row, key in enumerate(keys)}
        self._keys = [str(key) for key in keys]
        shapes = lots.geometry.to_numpy()
        land = land_categories(lots, keys, Tables())[1]
        self._suited = {name: one.suits(land) for name, one in self._treatments.items()}
        self._area = {name: one.treated_m2(shapes) for name, one in self._treatments.items()}
        self._ten_ares = treatments_of.TEN_ARES
        said = pandas.DataFrame({name: frames.texts(links, name) for name in ("kind", "evidence")})
        self._evidence = {
            str(kind): max(
                (word if word in _SUREST else "assumption" for word in set(group["evidence"])), key=_SUREST.index
            )
            for kind, group in said.groupby("kind")
        }
        self._before = {kind: float(self._network.exposure(kind).sum()) for kind in self._network.values}
        self._reached = numpy.array(
            [any(m.indptr[row + 1] > m.indptr[row] for m in self._network.values.values()) for row in range(len(keys))],
            dtype=bool,
        )
        self._clicks: list[tuple[int, Optional[str], Optional[str]]] = []

    # -- clicks ---------------------------------------------------------------------------------
    def choices(self) -> list[Choice]:
        """The treatments of the table, in its order."""
        return [Choice(name, one.label, one.evidence) for name, one in self._treatments.items()]

    def toggle(self, lot_key: str, treatment_id: str) -> Optional[Text]:
        """Treat a lot, treat it otherwise, or leave it untreated when it is treated this way already.

        Returns why nothing happened, ``None`` when something did.
        """
        row = self._place.get(lot_key)
        name = lot_number(lot_key)
        if row is None or not self._reached[row]:
            return _NO_SOURCE.format(name=name)
        treatment = self._treatments[treatment_id]
        if not self._suited[treatment_id][row]:
            return _NOT_SUITED.format(name=name, treatment=treatment.label)
        earlier = self.treatment_of(lot_key)
        wanted = None if earlier == treatment_id else treatment_id
        self._set(row, wanted)
        self._clicks.append((row, earlier, wanted))
        return None

    def _set(self, row: int, treatment_id: Optional[str]) -> None:
        if treatment_id is None:
            self._state.remove(row)
        else:
            self._state.add(row, self._treatments[treatment_id])

    def undo(self) -> bool:
        """Take the last click back; False when there is none."""
        if not self._clicks:
            return False
        row, earlier, _wanted = self._clicks.pop()
        self._set(row, earlier)
        return True

    def clear(self) -> None:
        """Leave all lots untreated; nothing can be taken back afterwards."""
        for row in list(self._state.treated):
            self._state.remove(row)
        self._clicks = []

    def can_undo(self) -> bool:
        """Whether there is a click to take back."""
        return bool(self._clicks)

    # -- what it comes to -------------------------------------------------------------------------
    def treatment_of(self, lot_key: str) -> Optional[str]:
        """How a lot is treated, ``None`` when it is not."""
        treatment = self._state.treated.get(self._place.get(lot_key, -1))
        return treatment.treatment_id if treatment is not None else None

    def lots(self) -> list[Thing]:
        """The treated lots, by key."""
        return [Thing(LOT, self._keys[row]) for row in sorted(self._state.treated, key=self._keys.__getitem__)]

    def _cost(self, row: int, treatment: Treatment) -> tuple[float, float, float]:
        """Treated square metres, hours and yen per year of a lot."""
        area = float(self._area[treatment.treatment_id][row])
        return area, area / self._ten_ares * treatment.hours_10a, area / self._ten_ares * treatment.yen_10a

    def relieved(self) -> list[tuple[Thing, float]]:
        """Receptors that are relieved, with the part of their exposure that is taken away (0..1)."""
        before = self._state.before()
        relief = before - self._state.after()
        return [
            (
                Thing(str(self._network.receptor_kinds[row]), str(self._network.receptor_ids[row])),
                float(relief[row] / before[row]),
            )
            for row in (relief > _NOTHING).nonzero()[0].tolist()
        ]

    def summary(self) -> Summary:
        """Who is relieved, of what, by how much, how sure, and what it costs per year."""
        treated = sorted(self._state.treated.items())
        costs = [self._cost(row, treatment) for row, treatment in treated]
        relieved: dict[str, int] = {}
        for thing, _part in self.relieved():
            relieved[thing.kind] = relieved.get(thing.kind, 0) + 1
        kinds = [
            KindRelief(
                kind,
                float(relief.sum()) / self._before[kind] if self._before[kind] > 0 else 0.0,
                int((relief > _NOTHING).sum()),
                self._evidence.get(kind, "assumption"),
            )
            for kind, relief in sorted(self._state.relief.items())
            if (relief > _NOTHING).any()
        ]
        kinds.sort(key=lambda row: (-round(row.part, 9), row.kind))
        words = [treatment.evidence for _row, treatment in treated]
        return Summary(
            len(treated),
            sum(hours for _area, hours, _yen in costs),
            sum(yen for _area, _hours, yen in costs),
            relieved,
            kinds,
            max(words, key=_SUREST.index) if words else "",
        )

    def write_list(self, path: str, language: str) -> None:
        """Write the treated lots as CSV (UTF-8 with a mark, so that spreadsheets read Japanese). Raises ``OSError``."""
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([head.pick(language) for head in _HEADS])
            rows: list[list[Any]] = []
            for row, treatment in self._state.treated.items():
                area, hours, yen = self._cost(row, treatment)
                rows.append([
                    self._keys[row], lot_number(self._keys[row]), treatment.label.pick(language), f"{area:.0f}",
                    f"{hours:.1f}", f"{yen:.0f}", EVIDENCE_WORDS[treatment.evidence].pick(language),
                ])  # fmt: skip
            writer.writerows(sorted(rows))
