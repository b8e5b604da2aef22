"""Land Stewardship: a community decides, parcel by parcel, what to do with its land."""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any) -> Any:
    """Entry point that QGIS calls; the plugin module loads only then."""
    from .plugin import LandStewardshipPlugin

    return LandStewardshipPlugin(iface)
