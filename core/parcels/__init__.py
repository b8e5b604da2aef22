"""Lots: import, boundary checks and area tolerance."""
