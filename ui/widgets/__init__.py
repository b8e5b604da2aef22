"""Widgets shared by the pages: cards, chips, numbers, buttons, stepper, footer."""

from __future__ import annotations

from .bars import BarPart, ShareBar
from .buttons import (
    bare_button,
    choice_button,
    icon_button,
    link_button,
    plain_button,
    primary_button,
    quiet_button,
    set_kind,
)
from .card import Card
from .chip import ChipState, StateChip
from .flow import FlowLayout
from .footer import Footer
from .labels import label, rule
from .numbers import NumberRow
from .progress import ProgressRow
from .stepper import Stepper

__all__ = [
    "BarPart",
    "Card",
    "ChipState",
    "FlowLayout",
    "Footer",
    "NumberRow",
    "ProgressRow",
    "ShareBar",
    "StateChip",
    "Stepper",
    "bare_button",
    "choice_button",
    "icon_button",
    "label",
    "link_button",
    "plain_button",
    "primary_button",
    "quiet_button",
    "rule",
    "set_kind",
]
