"""Writes small land registry maps (地図XML) for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

Square = Sequence[tuple[float, float]]


def square(x: float, y: float, size: float) -> list[tuple[float, float]]:
    """Corners in the order of the format: (X north, Y east)."""
    return [(x, y), (x, y + size), (x + size, y + size), (x + size, y)]


class MapMaker:
    """Writes small 地図XML files."""

    def __init__(self, crs: str = "公共座標8系", namespace: bool = True) -> None:
        self.crs, self.namespace = crs, namespace
        self.points: list[str] = []
        self.curves: list[str] = []
        self.surfaces: list[str] = []
        self.lots: list[str] = []
        self.sheets: list[str] = []
        self._curve = 0

    def _tag(self, name: str) -> str:
        return f"zmn:{name}" if self.namespace else name

    def curve(self, points: Square, direct: bool = True, turned: bool = False, name: str = "") -> str:
        """A curve through ``points``; its id."""
        self._curve += 1
        name = name or f"C{self._curve:05d}"
        t = self._tag
        columns = ""
        for number, (x, y) in enumerate(reversed(points) if turned else points):
            position = f"<{t('X')}>{x}</{t('X')}><{t('Y')}>{y}</{t('Y')}>"
            if direct:
                inner = f"<{t('GM_Position.direct')}>{position}</{t('GM_Position.direct')}>"
            else:
                point = f"P{self._curve}-{number}"
                self.points.append(
                    f'<{t("GM_Point")} id="{point}"><{t("GM_Point.position")}><{t("DirectPosition")}>{position}'
                    f"</{t('DirectPosition')}></{t('GM_Point.position')}></{t('GM_Point')}>"
                )
                inner = (
                    f'<{t("GM_Position.indirect")}><{t("GM_PointRef.point")} idref="{point}"/>'
                    f"</{t('GM_Position.indirect')}>"
                )
            columns += f"<{t('GM_PointArray.column')}>{inner}</{t('GM_PointArray.column')}>"
        self.curves.append(
            f'<{t("GM_Curve")} id="{name}"><{t("GM_OrientablePrimitive.orientation")}>+'
            f"</{t('GM_OrientablePrimitive.orientation')}>"
            f'<{t("GM_OrientablePrimitive.primitive")} idref="{name}"/>'
            f"<{t('GM_Curve.segment')}><{t('GM_LineString')}><{t('GM_LineString.controlPoint')}>{columns}"
            f"</{t('GM_LineString.controlPoint')}></{t('GM_LineString')}></{t('GM_Curve.segment')}></{t('GM_Curve')}>"
        )
        return name

    def ring(self, corners: Square, direct: bool = True, turned: Sequence[int] = ()) -> list[str]:
        """One curve per side, those numbered in ``turned`` drawn backwards."""
        closed = [*corners, corners[0]]
        return [self.curve(closed[n : n + 2], direct, turned=n in turned) for n in range(len(corners))]

    def surface(self, name: str, outer: Sequence[str], holes: Sequence[Sequence[str]] = ()) -> str:
        t = self._tag

        def ring(kind: str, curves: Sequence[str]) -> str:
            inside = "".join(f'<{t("GM_CompositeCurve.generator")} idref="{c}"/>' for c in curves)
            return f"<{t(kind)}><{t('GM_Ring')}>{inside}</{t('GM_Ring')}></{t(kind)}>"

        rings = ring("GM_SurfaceBoundary.exterior", outer)
        rings += "".join(ring("GM_SurfaceBoundary.interior", hole) for hole in holes)
        self.surfaces.append(
            f'<{t("GM_Surface")} id="{name}"><{t("GM_Surface.patch")}><{t("GM_Polygon")}>'
            f"<{t('GM_Polygon.boundary')}><{t('GM_SurfaceBoundary')}>{rings}</{t('GM_SurfaceBoundary')}>"
            f"</{t('GM_Polygon.boundary')}></{t('GM_Polygon')}></{t('GM_Surface.patch')}></{t('GM_Surface')}>"
        )
        return name

    def lot(self, chiban: str, surface: str, extra: str = "", oaza: str = "001") -> str:
        name = f"H{len(self.lots) + 1:09d}"
        self.lots.append(
            f'<筆 id="{name}"><大字コード>{oaza}</大字コード><丁目コード>000</丁目コード>'
            f"<小字コード>0000</小字コード><予備コード>00</予備コード><大字名>谷沢</大字名>"
            f'<地番>{chiban}</地番><形状 idref="{surface}"/>'
            f"<精度区分>乙一</精度区分><座標値種別>測量成果</座標値種別>{extra}</筆>"
        )
        return name

    def sheet(self, number: str, lots: Sequence[str], scale: int = 500, day: Optional[str] = "10") -> None:
        end = f"<日>{day}</日>" if day else ""
        self.sheets.append(
            f"<図郭><地図番号>{number}</地図番号><縮尺分母>{scale}</縮尺分母><地図分類>地図に準ずる図面</地図分類>"
            f"<備付地図年月日><年>1999</年><月>4</月>{end}</備付地図年月日>"
            f"<分割図葉><調査年月><年>1990</年><月>1</月></調査年月></分割図葉>"
            + "".join(f'<筆参照 idref="{lot}"/>' for lot in lots)
            + "</図郭>"
        )

    def xml(self, before_root: str = "", name: str = "x") -> bytes:
        spaces = (
            ' xmlns="http://www.moj.go.jp/MINJI/tizuxml" xmlns:zmn="http://www.moj.go.jp/MINJI/tizuzumen"'
            if self.namespace
            else ""
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>{before_root}<地図{spaces}><version>ver1.0</version>'
            f"<地図名>{name}</地図名><市区町村コード>99999</市区町村コード><市区町村名>見本市</市区町村名>"
            f"<座標系>{self.crs}</座標系><測地系判別>測量</測地系判別>"
            f"<空間属性>{''.join(self.points)}{''.join(self.curves)}{''.join(self.surfaces)}</空間属性>"
            f"<主題属性>{''.join(self.lots)}</主題属性>{''.join(self.sheets)}</地図>"
        ).encode()
