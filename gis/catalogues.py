"""The tables that come with the plugin (resources/catalogues)."""

from __future__ import annotations

import os

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources", "catalogues")


def catalogue_text(name: str) -> str:
    """Text of the catalogue file ``name`` (for example ``condition_weights.csv``)."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as stream:
        return stream.read()
