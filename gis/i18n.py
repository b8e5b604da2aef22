"""Interface language: translating source strings and choosing between bilingual texts."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

CONTEXT = "LandStewardship"


def tr(text: str) -> str:
    """Translate an English source string. Pass a literal; use ``.format`` on the result."""
    return QCoreApplication.translate(CONTEXT, text)


def sentences(*parts: str) -> str:
    """Sentences one after the other: with a space in English, without in Japanese; empty ones are passed over."""
    return ("" if language() == "ja" else " ").join(part for part in parts if part)


def language() -> str:
    """ "ja" where QGIS speaks Japanese, else "en"."""
    return "ja" if QgsApplication.instance() and QgsApplication.locale().startswith("ja") else "en"
