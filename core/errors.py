"""Errors that a village officer can act on."""

from __future__ import annotations

from .texts import Text


class InputError(ValueError):
    """Input that cannot be used. ``text`` says what, where, and what to do, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Cancelled(Exception):
    """The user stopped the run; nothing has been written."""
