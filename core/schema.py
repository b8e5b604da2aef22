"""Field descriptions shared by results, plan store and forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

KINDS = ("text", "int", "real", "bool", "date", "datetime")


class FieldSpec(NamedTuple):
    """One output field: ASCII ``name``, ``kind`` (one of :data:`KINDS`), labels in both languages."""

    name: str
    kind: str
    en: str
    ja: str

    def alias(self, language: str) -> str:
        """Label for ``language``."""
        return self.ja if language == "ja" else self.en


def names(specs: Sequence[FieldSpec]) -> list[str]:
    """Field names in order."""
    return [spec.name for spec in specs]
