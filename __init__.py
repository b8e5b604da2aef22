"""Land Stewardship: a community decides, parcel by parcel, what to do with its land."""


def classFactory(iface):
    """Entry point that QGIS calls; the plugin module loads only then."""
    from .plugin import LandStewardshipPlugin

    return LandStewardshipPlugin(iface)
