"""Every algorithm and every parameter explains itself, in English and in Japanese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from land_stewardship.processing.provider import ALGORITHMS

ROOT = Path(__file__).resolve().parents[2]
NAMES = [name for name, _ in ALGORITHMS]
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
HIDDEN = QgsProcessingParameterDefinition.Flag.FlagHidden


@pytest.fixture
def japanese(qgis_app: Any) -> Iterator[None]:
    """The interface in Japanese."""
    translator = QTranslator()
    assert translator.load(str(ROOT / "resources" / "i18n" / "land_stewardship_ja.qm"))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def fresh(provider: Any, name: str) -> Any:
    """A new instance, made while the language of the test is set."""
    return provider.algorithm(name).create()


@pytest.mark.parametrize("name", NAMES)
def test_english(provider: Any, name: str) -> None:
    algorithm = fresh(provider, name)
    assert algorithm.id() == f"landstewardship:{name}"
    assert algorithm.groupId() in ("understand", "choose", "act")
    assert len(algorithm.help_text()) > 80
    assert not algorithm.icon().isNull() and Path(algorithm.svgIconPath()).exists()
    assert algorithm.displayName()[0].isupper()
    for parameter in algorithm.parameterDefinitions():
        if parameter.flags() & HIDDEN:
            continue
        assert parameter.description(), parameter.name()
        assert len(parameter.help()) > 15, f"{name}.{parameter.name()} has no help"
        assert parameter.help() in algorithm.shortHelpString()
    assert algorithm.outputDefinitions()


@pytest.mark.usefixtures("japanese")
@pytest.mark.parametrize("name", NAMES)
def test_japanese(provider: Any, name: str) -> None:
    algorithm = fresh(provider, name)
    texts = {"title": algorithm.displayName(), "help": algorithm.help_text(), "group": algorithm.group()}
    for parameter in algorithm.parameterDefinitions():
        texts[parameter.name()] = parameter.description()
        texts[parameter.name() + " help"] = parameter.help()
        for number, option in enumerate(getattr(parameter, "options", list)()):
            texts[f"{parameter.name()} option {number}"] = option
    for output in algorithm.outputDefinitions():
        texts[output.name() + " output"] = output.description()
    # Names of datums and paper sizes read the same in both languages.
    plain = re.compile(r"^(JGD\d+|A\d|PDF|PNG|CSV|XLSX|English|\d+|EPSG:.*)?$")
    english = {key: text for key, text in texts.items() if not JAPANESE.search(text) and not plain.match(text)}
    assert not english
