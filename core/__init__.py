"""The domain of land stewardship: no QGIS, no Qt, no hidden file access."""
