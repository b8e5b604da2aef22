"""Run pytest inside QGIS so that an error behind Qt fails its test instead of ending Python.

PyQt ends the process when Python code called from C++ (a slot, a virtual method such as ``loadAlgorithms``) raises
and nobody catches it. QGIS itself shows such errors in its message bar. Here they fail the test that caused them.
"""

from __future__ import annotations

import atexit
import os
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Optional

import pytest


class ErrorsBehindQt:
    """Collects errors that reached ``sys.excepthook`` and fails the test that caused them."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def keep(self, kind: type[BaseException], error: BaseException, trace: Optional[TracebackType]) -> None:
        """Take the place of ``sys.excepthook``."""
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        self.seen.append(text)

    def _watch(self) -> Iterator[None]:
        sys.excepthook = self.keep
        result = yield
        if self.seen:
            text = "\n".join(self.seen)
            self.seen.clear()
            pytest.fail("An error behind Qt:\n" + text, pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        return (yield from self._watch())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        return (yield from self._watch())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        return (yield from self._watch())


if __name__ == "__main__":
    code = int(pytest.main(sys.argv[1:], plugins=[ErrorsBehindQt()]))
    # All tests are done and reported. Python and QGIS now free the same C++ objects in no certain order, which crashes
    # at times on QGIS 3.22: leave before that, with pytest's own exit code.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
