"""Without geopandas the plugin still loads and every algorithm says what to install."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback

from land_stewardship.gis import packages
from land_stewardship.processing.provider import ALGORITHMS


@pytest.fixture
def without_geopandas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide geopandas as an installer without it would."""
    monkeypatch.setitem(sys.modules, "geopandas", None)


def needing_geopandas(provider: Any) -> list[Any]:
    return [a for a in provider.algorithms() if "geopandas" in a.PACKAGES]


@pytest.mark.usefixtures("without_geopandas")
def test_every_algorithm_is_listed_and_says_what_is_missing(provider: Any) -> None:
    assert {a.name() for a in provider.algorithms()} == {name for name, _ in ALGORITHMS}
    algorithms = needing_geopandas(provider)
    assert len(algorithms) >= 5
    for algorithm in algorithms:
        can, why = algorithm.canExecute()
        assert not can and "geopandas" in why and "install" in why
        context = QgsProcessingContext()
        good, why_again = algorithm.checkParameterValues({}, context)
        assert not good and why_again == why
        with pytest.raises(QgsProcessingException, match="geopandas"):
            algorithm.processAlgorithm({}, context, QgsProcessingFeedback())


@pytest.mark.parametrize(
    "platform,conda,words",
    [
        ("win32", False, "OSGeo4W Shell"),
        ("darwin", False, "/Applications/QGIS.app"),
        ("linux", False, "sudo apt install python3-geopandas"),
        ("linux", True, 'conda install -c conda-forge "geopandas>=0.14"'),
        ("win32", True, 'conda install -c conda-forge "geopandas>=0.14"'),
    ],
)
@pytest.mark.usefixtures("without_geopandas", "qgis_app")
def test_the_way_to_get_it_fits_the_platform(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, platform: str, conda: bool, words: str
) -> None:
    monkeypatch.setattr(packages.sys, "platform", platform)
    if conda:
        (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(packages.sys, "prefix", str(tmp_path))
    message = packages.missing_message(("geopandas",))
    assert words in message
    assert message.startswith("This tool needs the Python package geopandas")


@pytest.mark.usefixtures("qgis_app")
def test_nothing_missing_says_nothing() -> None:
    assert packages.missing_message(packages.GEO) == ""


@pytest.mark.usefixtures("qgis_app")
def test_too_old_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"shapely": "1.8.5.post1", "geopandas": "1.0.1"}
    monkeypatch.setattr(packages.metadata, "version", versions.__getitem__)
    monkeypatch.setattr(packages.sys, "platform", "linux")
    assert packages.missing(packages.GEO) == ["shapely"]
    message = packages.missing_message(packages.GEO)
    assert "too old" in message and '--no-binary shapely "shapely>=2.0"' in message


@pytest.mark.usefixtures("qgis_app")
def test_a_version_that_says_nothing_is_taken_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"shapely": "0+unknown", "geopandas": "1.2.0"}
    monkeypatch.setattr(packages.metadata, "version", versions.__getitem__)
    assert packages.missing(packages.GEO) == []


@pytest.mark.usefixtures("qgis_app")
def test_a_broken_package_counts_as_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "brokenpackage.py").write_text("raise ImportError('DLL load failed')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert packages.missing(["brokenpackage"]) == []
    assert packages.missing(["brokenpackage"], load=True) == ["brokenpackage"]
