"""Bridge between QGIS and the domain."""
