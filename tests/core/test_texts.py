"""Bilingual sentences, progress spans and errors."""

from __future__ import annotations

import pytest

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.progress import Progress
from land_stewardship.core.texts import Text


def test_both_languages_are_filled_each_with_its_own() -> None:
    what = Text("The lots", "筆")
    text = Text("{what}: {n} found.", "{what}: {n}件。").format(what=what, n=3)
    assert text == Text("The lots: 3 found.", "筆: 3件。")
    assert text.pick("ja") == "筆: 3件。" and text.pick("de") == "The lots: 3 found."
    assert (text + Text("Check.", "確かめてください。")).en == "The lots: 3 found. Check."
    assert str(InputError(text)) == "The lots: 3 found."


def test_progress_covers_its_span_and_cancels() -> None:
    class Probe(Progress):
        shown: list[float] = []
        stop = False

        def show(self, fraction: float) -> None:
            self.shown.append(round(fraction, 3))

        def is_cancelled(self) -> bool:
            return self.stop

    probe = Probe()
    probe.span(0.5, 1.0).step(0.5)
    probe.step(7)
    assert probe.shown == [0.5, 0.75, 1.0]
    probe.stop = True
    with pytest.raises(Cancelled):
        probe.step(0.1)
