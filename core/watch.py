"""Long work that still answers: progress moves and cancel is heard while a single call computes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Callable, TypeVar

from .progress import Progress

Result = TypeVar("Result")

#: Seconds between two looks at cancel.
INTERVAL = 0.2


@contextmanager
def resting_collector() -> Iterator[None]:
    """Let Python's cyclic collector rest for the time of a large computation.

    It would look through everything kept so far again and again, of which nothing hangs in circles.
    """
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()


class _Inside(Progress):
    """Progress of the working thread; the waiting one passes it on."""

    def __init__(self) -> None:
        super().__init__()
        self.fraction = 0.0
        self.stop = False
        self.notes: list[str] = []

    def is_cancelled(self) -> bool:
        return self.stop

    def show(self, fraction: float) -> None:
        self.fraction = max(self.fraction, fraction)

    def note(self, message: str) -> None:
        self.notes.append(message)


def watched(work: Callable[[Progress], Result], progress: Progress, at_once: bool = False) -> Result:
    """Do ``work(progress)`` in a thread of its own while this one shows progress and listens for cancel.

    ``progress`` is asked every fifth of a second in the calling thread, also while a single array operation
    runs. On cancel ``Cancelled`` is raised at once; the work itself stops at its next step. ``at_once``: the work
    is short, do it here. What ``work`` raises is raised here.
    """
    if at_once:
        return work(progress)
    inside = _Inside()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="land-stewardship")
    try:
        future = executor.submit(work, inside)
        noted = 0
        while not wait([future], INTERVAL).done:
            progress.step(inside.fraction)
            for message in inside.notes[noted:]:
                progress.note(message)
                noted += 1
        for message in inside.notes[noted:]:
            progress.note(message)
        progress.step(inside.fraction)
        return future.result()
    finally:
        inside.stop = True  # also when ``progress`` said so: the thread ends at its next step
        executor.shutdown(wait=False)
