"""Feature source <-> GeoDataFrame: nothing changes on the way."""

from __future__ import annotations

import datetime as dt
import math
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy
import pandas
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.progress import Progress
from land_stewardship.core.schema import FieldSpec
from land_stewardship.core.texts import Text
from land_stewardship.gis import bridge, lotstream

pytestmark = pytest.mark.usefixtures("qgis_app")

SPECS = [
    FieldSpec("name", "text", "Name", "名前"),
    FieldSpec("count", "int", "Count", "数"),
    FieldSpec("size", "real", "Size", "大きさ"),
    FieldSpec("flag", "bool", "Flag", "印"),
    FieldSpec("day", "date", "Day", "日"),
    FieldSpec("moment", "datetime", "Moment", "時刻"),
]
BOW_TIE = "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"


def memory_layer(specs: list[FieldSpec] = SPECS, kind: str = "Polygon", crs: str = "EPSG:6676") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs={crs}", "memory", "memory")
    layer.dataProvider().addAttributes(bridge.fields_from(specs))
    layer.updateFields()
    return layer


def example_frame() -> geopandas.GeoDataFrame:
    geometry = shapely.from_wkt([BOW_TIE, "POLYGON ((0 0, 1 0, 1 1, 0 0))", None, "POLYGON ((5 5, 6 5, 6 6, 5 5))"])
    return geopandas.GeoDataFrame(
        {
            "name": ["髙﨑 大字", None, "", "a"],
            "count": pandas.array([2**40, None, -1, 0], dtype="Int64"),
            "size": [0.1, math.nan, -1e300, 5.0],
            "flag": pandas.array([True, None, False, True], dtype="boolean"),
            "day": [dt.date(2025, 11, 20), None, dt.date(1899, 1, 1), dt.date(2024, 2, 29)],
            "moment": [dt.datetime(2025, 11, 20, 18, 30, 5), None, dt.datetime(1970, 1, 1), None],
        },
        geometry=geometry,
        crs="EPSG:6676",
    )


def assert_same(left: geopandas.GeoDataFrame, right: geopandas.GeoDataFrame, columns: list[str]) -> None:
    assert len(left) == len(right)
    for name in columns:
        for a, b in zip(left[name].tolist(), right[name].tolist()):
            if pandas.isna(a) or pandas.isna(b):
                assert pandas.isna(a) and pandas.isna(b), (name, a, b)
            else:
                assert a == b, (name, a, b)
    # QGIS's file writer stores a missing polygon as an empty one.
    assert [None if g is None or g.is_empty else g.wkb for g in left.geometry] == [
        None if g is None or g.is_empty else g.wkb for g in right.geometry
    ]


def test_memory_layer_keeps_everything() -> None:
    frame = example_frame()
    layer = memory_layer()
    assert bridge.write_frame(frame, layer.dataProvider(), SPECS) == 4
    back = bridge.source_to_frame(layer)
    assert_same(frame, back, [s.name for s in SPECS])
    assert back.crs.to_epsg() == 6676
    assert str(back["count"].dtype) == "Int64"
    assert back["count"].iloc[0] == 2**40
    assert not shapely.is_valid(back.geometry.iloc[0]), "invalid geometry is passed on as it is"


@pytest.mark.parametrize("driver,suffix,encoding", [("GPKG", "gpkg", "UTF-8"), ("ESRI Shapefile", "shp", "CP932")])
def test_files_keep_everything_they_can(tmp_path: Path, driver: str, suffix: str, encoding: str) -> None:
    layer = memory_layer()
    frame = example_frame().iloc[[0, 1, 3]].reset_index(drop=True)
    if suffix == "shp":
        # A shapefile has no datetime, no true NULL text, and 髙 is a CP932 extension it does carry.
        frame["moment"] = None
        frame["flag"] = None
    bridge.write_frame(frame, layer.dataProvider(), SPECS)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = driver, encoding
    path = str(tmp_path / f"lots.{suffix}")
    result = QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, QgsProject.instance().transformContext(), options)
    assert result[0] == QgsVectorFileWriter.WriterError.NoError, result
    back = bridge.source_to_frame(QgsVectorLayer(path, "back", "ogr"))
    columns = ["count", "size", "day"] + (["name", "moment", "flag"] if suffix == "gpkg" else [])
    if suffix == "shp":
        assert back["name"].iloc[0] == "髙﨑 大字"
        back.geometry = [g.geoms[0] if g.geom_type == "MultiPolygon" else g for g in back.geometry]
        assert len(back) == 3
        assert [g.area for g in back.geometry[1:]] == [g.area for g in frame.geometry[1:]]
        frame = frame.set_geometry(back.geometry.to_numpy(), crs=back.crs)
    assert_same(frame, back, columns)


@pytest.fixture(scope="module")
def postgis() -> Iterator[str]:
    """A throw-away PostGIS cluster on a local socket."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    if not tools or not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        message = "PostGIS is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="ls-pg-"))
    data, as_user = folder / "data", []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    folder.chmod(0o755)
    env = {**os.environ, "LC_ALL": "C"}

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, env=env, cwd=folder, stdout=subprocess.DEVNULL)

    run(str(tools[-1] / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8", "-U", "postgres")
    run(
        str(tools[-1] / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        f"-k {folder} -p 54329 -c listen_addresses=''",
        "start",
    )
    try:
        psql = ["psql", "-h", str(folder), "-p", "54329", "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
        run(*psql, "-c", "CREATE EXTENSION postgis")
        run(
            *psql,
            "-c",
            """
            CREATE TABLE lots (id serial PRIMARY KEY, name text, count bigint, size double precision,
              flag boolean, day date, moment timestamp, geom geometry(Polygon, 6676));
            INSERT INTO lots (name, count, size, flag, day, moment, geom) VALUES
             ('髙﨑 大字', 1099511627776, 0.1, true, '2025-11-20', '2025-11-20 18:30:05',
              ST_GeomFromText('POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))', 6676)),
             (NULL, NULL, NULL, NULL, NULL, NULL, ST_GeomFromText('POLYGON ((0 0, 1 0, 1 1, 0 0))', 6676)),
             ('', -1, -1e300, false, '1899-01-01', '1970-01-01', NULL),
             ('a', 0, 5.0, true, '2024-02-29', NULL, ST_GeomFromText('POLYGON ((5 5, 6 5, 6 6, 5 5))', 6676))""",
        )
        yield f"host='{folder}' port=54329 user='postgres' dbname='postgres' key='id'"
    finally:
        run(str(tools[-1] / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_postgis_keeps_everything(postgis: str) -> None:
    layer = QgsVectorLayer(f'{postgis} srid=6676 type=Polygon table="public"."lots" (geom)', "pg", "postgres")
    assert layer.isValid(), layer.error().message()
    back = bridge.source_to_frame(layer)
    assert_same(example_frame(), back, [s.name for s in SPECS])
    assert back.crs.to_epsg() == 6676
    assert layer.startEditing()
    features = list(bridge.frame_to_features(back, bridge.specs_of(layer.fields())))
    for feature in features:
        feature.setAttribute(0, NULL)
    added, _ = layer.dataProvider().addFeatures(features)
    assert added, layer.dataProvider().errors()
    twice = bridge.source_to_frame(QgsVectorLayer(layer.source(), "pg", "postgres"))
    assert len(twice) == 8
    assert_same(back, twice.iloc[4:], [s.name for s in SPECS])


text = st.none() | st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
number = st.none() | st.integers(-(2**63) + 1, 2**63 - 1)
real = st.none() | st.floats(allow_nan=False, allow_infinity=False)
day = st.none() | st.dates(dt.date(1, 1, 2))
moment = st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)).map(
    lambda value: value.replace(microsecond=value.microsecond // 1000 * 1000)
)
coordinate = st.floats(-1e6, 1e6)
ring = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=7)
polygon = st.none() | ring.map(lambda points: shapely.Polygon(points))
row = st.tuples(text, number, real, st.none() | st.booleans(), day, moment, polygon)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(row, max_size=8))
def test_round_trip_through_memory(rows: list[tuple[Any, ...]]) -> None:
    columns = list(zip(*rows)) if rows else [[] for _ in range(7)]
    frame = geopandas.GeoDataFrame(
        {
            "name": pandas.Series(columns[0], dtype=object),
            "count": pandas.array(list(columns[1]), dtype="Int64"),
            "size": pandas.array([math.nan if v is None else v for v in columns[2]], dtype="float64"),
            "flag": pandas.array(list(columns[3]), dtype="boolean"),
            "day": pandas.Series(columns[4], dtype=object),
            "moment": pandas.Series(columns[5], dtype=object),
        },
        geometry=numpy.array(list(columns[6]), dtype=object),
        crs="EPSG:6676",
    )
    layer = memory_layer()
    bridge.write_frame(frame, layer.dataProvider(), SPECS)
    assert_same(frame, bridge.source_to_frame(layer), [s.name for s in SPECS])


def test_only_the_fields_asked_for_and_a_filter() -> None:
    layer = memory_layer()
    bridge.write_frame(example_frame(), layer.dataProvider(), SPECS)
    frame = bridge.source_to_frame(layer, fields=["count"])
    assert list(frame.columns) == ["count", "geometry"]
    frame = bridge.source_to_frame(
        layer, fields=["size"], request=QgsFeatureRequest().setFilterExpression("\"name\" = 'a'")
    )
    assert frame["size"].tolist() == [5.0]
    with pytest.raises(InputError, match="missing"):
        bridge.source_to_frame(layer, fields=["nowhere"])


class _Probe(QgsProcessingAlgorithm):
    def initAlgorithm(self, configuration: Any = None) -> None:
        self.addParameter(QgsProcessingParameterFeatureSource("INPUT", "in"))
        self.addParameter(QgsProcessingParameterFeatureSink("OUTPUT", "out"))


@pytest.fixture
def probe() -> _Probe:
    algorithm = _Probe()
    algorithm.initAlgorithm()
    return algorithm


def test_selected_features_only(probe: _Probe) -> None:
    layer = memory_layer()
    bridge.write_frame(example_frame(), layer.dataProvider(), SPECS)
    QgsProject.instance().addMapLayer(layer)
    try:
        ids = [f.id() for f in layer.getFeatures()]
        layer.selectByIds([ids[0], ids[3]])
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        selected = QgsProcessingFeatureSourceDefinition(layer.id(), True)
        source = probe.parameterAsSource({"INPUT": selected}, "INPUT", context)
        frame = bridge.source_to_frame(source)
        assert frame["name"].tolist() == ["髙﨑 大字", "a"]
        assert frame.index.tolist() == [ids[0], ids[3]]
        definition = QgsProcessingFeatureSourceDefinition(layer.id(), False)
        if hasattr(definition, "filterExpression"):
            definition.filterExpression = '"count" = -1'
            source = probe.parameterAsSource({"INPUT": definition}, "INPUT", context)
            assert bridge.source_to_frame(source)["count"].tolist() == [-1]
    finally:
        QgsProject.instance().removeMapLayer(layer.id())


def test_table_without_geometry() -> None:
    layer = QgsVectorLayer("NoGeometry?field=a:int", "t", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttribute("a", 7)
    layer.dataProvider().addFeatures([feature])
    frame = bridge.source_to_frame(layer)
    assert frame["a"].tolist() == [7] and frame.geometry.isna().all() and frame.crs is None


def test_curves_and_measures_become_plain_lines() -> None:
    layer = QgsVectorLayer("CurvePolygon?crs=EPSG:6676", "c", "memory")
    feature = QgsFeature(QgsFields())
    feature.setGeometry(QgsGeometry.fromWkt("CurvePolygon (CircularString (0 0, 1 1, 2 0, 1 -1, 0 0))"))
    layer.dataProvider().addFeatures([feature])
    area = bridge.source_to_frame(layer).geometry.iloc[0].area
    assert area == pytest.approx(math.pi, rel=1e-3)
    layer = QgsVectorLayer("PolygonZM?crs=EPSG:6676", "zm", "memory")
    feature.setGeometry(QgsGeometry.fromWkt("PolygonZM ((0 0 5 1, 1 0 5 1, 1 1 5 1, 0 0 5 1))"))
    layer.dataProvider().addFeatures([feature])
    geometry = bridge.source_to_frame(layer).geometry.iloc[0]
    assert geometry.has_z and geometry.area == 0.5


@pytest.mark.parametrize(
    "kind,shapes",
    [
        ("Polygon", ["Polygon ((0 0, 1 0, 1 1, 0 0))", "", BOW_TIE]),
        ("PolygonZM", ["PolygonZM ((0 0 5 1, 1 0 5 1, 1 1 5 1, 0 0 5 1))", ""]),
        ("MultiPolygonM", ["MultiPolygonM (((0 0 1, 1 0 1, 1 1 1, 0 0 1)))"]),
        ("CurvePolygon", ["CurvePolygon (CircularString (0 0, 1 1, 2 0, 1 -1, 0 0))", ""]),
    ],
)
def test_packed_reading_gives_what_the_frame_holds(kind: str, shapes: list[str], monkeypatch: Any) -> None:
    """Straight, measured, curved and missing shapes; missing values of every kind; texts more often than kept once."""
    monkeypatch.setattr(lotstream, "CHUNK", 4)
    monkeypatch.setattr(lotstream, "_FEW", 3)
    layer = memory_layer(kind=kind)
    given = example_frame().drop(columns="geometry")
    written = list(bridge.frame_to_features(geopandas.GeoDataFrame(given), SPECS))
    for number in range(11):
        feature = QgsFeature(written[number % len(written)])
        feature.setAttribute(0, [NULL, f"text {number}", "again"][number % 3])
        shape = shapes[number % len(shapes)]
        if shape:
            feature.setGeometry(QgsGeometry.fromWkt(shape))
        layer.dataProvider().addFeatures([feature])
    frame = bridge.source_to_frame(layer)
    source = QgsProcessingFeatureSource(layer, QgsProcessingContext())
    names = [spec.name for spec in SPECS]
    table, packed = lotstream.read_packed(source, names)
    pandas.testing.assert_frame_equal(table, pandas.DataFrame(frame[names]))
    read = packed.take(numpy.arange(len(table)))
    wanted = shapely.force_2d(frame.geometry.to_numpy())
    assert shapely.to_wkb(read).tolist() == shapely.to_wkb(wanted).tolist()
    assert shapely.is_missing(read).tolist() == [not shapes[number % len(shapes)] for number in range(11)]


def test_cancel_stops_reading_and_writing() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    layer = memory_layer()
    with pytest.raises(Cancelled):
        bridge.write_frame(example_frame(), layer.dataProvider(), SPECS, Stop())
    assert layer.featureCount() == 0
    bridge.write_frame(example_frame(), layer.dataProvider(), SPECS)
    with pytest.raises(Cancelled):
        bridge.source_to_frame(layer, Stop())
    with pytest.raises(Cancelled):
        lotstream.read_packed(QgsProcessingFeatureSource(layer, QgsProcessingContext()), ["name"], Stop())


@pytest.mark.parametrize(
    "crs,word",
    [(None, "no coordinate system"), ("EPSG:4326", "not in metres"), ("EPSG:2263", "not in metres")],
)
def test_crs_that_cannot_measure_is_refused(crs: Any, word: str) -> None:
    import pyproj

    with pytest.raises(InputError, match=word) as caught:
        bridge.require_metric(pyproj.CRS(crs) if crs else None, Text("The lots", "筆"))
    assert caught.value.text.ja.startswith("筆の座標系")
    bridge.require_metric(pyproj.CRS("EPSG:6676"), Text("The lots", "筆"))


def test_crs_crosses_both_ways() -> None:
    for code in ("EPSG:6676", "EPSG:4326", "EPSG:2450"):
        crs = QgsCoordinateReferenceSystem(code)
        assert bridge.qgis_crs(bridge.pyproj_crs(crs)) == crs
    assert bridge.pyproj_crs(QgsCoordinateReferenceSystem()) is None
    assert not bridge.qgis_crs(None).isValid()


def test_sink_of_processing_takes_a_frame(probe: _Probe, tmp_path: Path) -> None:
    context = QgsProcessingContext()
    path = str(tmp_path / "out.gpkg")
    sink, _ = probe.parameterAsSink(
        {"OUTPUT": path},
        "OUTPUT",
        context,
        bridge.fields_from(SPECS, "ja"),
        QgsWkbTypes.Type.Polygon,
        QgsCoordinateReferenceSystem("EPSG:6676"),
    )
    bridge.write_frame(example_frame(), sink, SPECS)
    del sink
    layer = QgsVectorLayer(path, "o", "ogr")
    assert layer.featureCount() == 4
    assert_same(example_frame(), bridge.source_to_frame(layer), ["name", "count", "size", "day"])
