"""What "Export for public" of step 3 hands over: the plan, the hamlets, and the private tables to look for."""

from __future__ import annotations

import os
from typing import Any

from ..gis.private import PRIVATE_ROLES
from .state import ProjectState

#: Layers copied beside the plan, by role.
COPIED_ROLES = ("hamlets",)


def public_parameters(state: ProjectState, folder: str, stamp: str) -> dict[str, Any]:
    """Parameters of ``exportpublic`` for a new file in ``folder``; the plan is added by the card."""

    def ids(roles: tuple[str, ...]) -> list[str]:
        found = [state.layer(role) for role in roles]
        return [layer.id() for layer in found if layer is not None]

    return {
        "LAYERS": ids(COPIED_ROLES),
        "PRIVATE": ids(PRIVATE_ROLES),
        "OUTPUT": os.path.join(folder, f"public_{stamp}.gpkg"),
    }
