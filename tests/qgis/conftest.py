"""Fixtures for tests inside QGIS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def provider(qgis_app: Any, qgis_processing: Any) -> Iterator[Any]:
    """The registered Processing provider."""
    from qgis.core import QgsApplication

    from land_stewardship.processing.provider import LandStewardshipProvider

    registry = QgsApplication.processingRegistry()
    instance = registry.providerById("landstewardship")
    if instance is None:
        instance = LandStewardshipProvider()
        assert registry.addProvider(instance)
    yield instance
