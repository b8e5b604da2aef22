"""Files people bring, opened with care: what is in them, and their rows as frames with the beginnings of a report.

Every function gives a result or raises ``InputError`` with one sentence. Nothing is unpacked to disk; archives are
looked through before they are opened. Formats are found out, never asked.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import QgsProviderRegistry, QgsVectorLayer

from ..core.errors import InputError
from ..core.intake_report import ERROR, NOTE, WARNING, CheckReport
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.tables import archive, delimited, xlsx
from ..core.tables.decode import letters
from ..core.tables.raw import RawTable
from ..core.texts import Text
from . import bridge

if TYPE_CHECKING:
    import geopandas

TEXT_TABLES = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm")
#: What cannot be read here, where the ending tells what to do.
OLD_WORKBOOKS = (".xls", ".xlsb")
DOCUMENTS = (".pdf", ".doc", ".docx")
#: Zipped forms that are no workbooks of the kind read here; looked through before they are opened.
_ZIPPED = (".zip", ".ods", ".kmz")
VECTORS = (".shp", ".geojson", ".json", ".gpkg", ".fgb", ".gml", ".kml", ".dbf", ".tab", ".parquet", ".geoparquet")
_PARQUET = (".parquet", ".geoparquet")
#: Formats whose texts are UTF-8 by their specification (names of QGIS).
_ALWAYS_UTF8 = ("GPKG", "GeoJSON", "FlatGeobuf")
#: Formats written as text, whose letters break where a program took another encoding.
_TEXT_MAPS = ("GeoJSON", "GML", "KML", "LIBKML", "MapInfo File")
_WKT_NAMES = ("wkt", "geom", "geometry", "wkt_geom", "図形")
#: The most bytes of a dBase file that are read to find its encoding.
_PROBE = 4 << 20


class LayerIn(NamedTuple):
    """A layer of a file: its ``name``, what QGIS opens (``uri``), the encoding of its texts where known, the layer
    itself where it is open already, its ``rows`` where this QGIS has no driver for it, or why it cannot be read
    (``problem``)."""

    name: str
    uri: str
    encoding: str
    layer: Optional[QgsVectorLayer] = None
    rows: Optional[Read] = None
    problem: Optional[InputError] = None


class Read(NamedTuple):
    """Rows of one layer or table as they stand, the description of their columns, and what is known for the report."""

    name: str
    frame: geopandas.GeoDataFrame
    specs: list[FieldSpec]
    report: CheckReport


def unreadable(path: str) -> InputError:
    """The sentence for a file nobody can read; it says what to do where the kind of file tells."""
    if suffix_of(path) in OLD_WORKBOOKS:
        return InputError(
            Text(
                "{file} cannot be read. Open it in Excel, save it as .xlsx and choose that file.",
                "{file}を読めませんでした。Excelで開いて.xlsx形式で保存し、そのファイルを選んでください。",
            ).format(file=os.path.basename(path))
        )
    if suffix_of(path) in DOCUMENTS:
        return InputError(
            Text(
                "{file} is a document. Ask for the table or map it was made from.",
                "{file}は文書です。もとになった表か地図をもらってください。",
            ).format(file=os.path.basename(path))
        )
    return InputError(
        Text(
            "{file} cannot be read. Choose another file (table, map or picture).",
            "{file}を読めませんでした。別のファイル（表・地図・画像）を選んでください。",
        ).format(file=os.path.basename(path))
    )


def suffix_of(path: str) -> str:
    """Ending of a file name in small letters."""
    return os.path.splitext(path)[1].lower()


def _bytes(path: str) -> bytes:
    try:
        if os.path.getsize(path) > delimited.MOST_BYTES:
            raise delimited.too_large(os.path.basename(path))
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise unreadable(path) from error


def read_raw(path: str) -> RawTable:
    """A text table or workbook; raises ``InputError`` when it is none."""
    name = os.path.basename(path)
    data = _bytes(path)
    if suffix_of(path) in WORKBOOKS:
        return xlsx.read_xlsx(data, name)
    return delimited.read_delimited(data, name)


def member_names(path: str) -> list[str]:
    """Names of the files in a zip as GDAL spells them, after the archive was found harmless; sorted."""
    from osgeo import gdal

    try:
        with open(path, "rb") as file:
            archive.open_archive(file, os.path.basename(path)).close()
    except OSError as error:
        raise unreadable(path) from error
    names = (str(name) for name in gdal.ReadDirRecursive(f"/vsizip/{path}") or ())
    return sorted(name for name in names if not _left_by_a_mac(name))


def _left_by_a_mac(member: str) -> bool:
    """Whether a file in a zip only keeps what a Mac knows of another one (``__MACOSX/._name``)."""
    return member.startswith("__MACOSX/") or member.rsplit("/", 1)[-1].startswith("._")


def layers_in(path: str) -> list[LayerIn]:
    """All layers and tables of a file (also of a zip) that GDAL opens, in a fixed order.

    Raises ``InputError`` for a file that is missing, damaged, harmful, or holds nothing that can be read.
    """
    if not os.path.isfile(path):
        raise unreadable(path)
    suffix = suffix_of(path)
    found: list[LayerIn] = []
    if suffix == ".zip":
        members = member_names(path)
        for member in members:
            if suffix_of(member) in VECTORS and not _belongs_to_shape(member, members):
                found += _layers(f"/vsizip/{path}/{member}") or _parquet(path, member)
    else:
        if suffix in _ZIPPED:
            member_names(path)
        found = _layers(path) or _parquet(path)
    if not found and suffix == ".zip" and any(suffix_of(name) == ".zip" for name in member_names(path)):
        raise InputError(
            Text(
                "{file} holds other archives (.zip). Unpack it first and choose those.",
                "{file}の中に圧縮ファイル（.zip）があります。展開して、中のファイルを選んでください。",
            ).format(file=os.path.basename(path))
        )
    problem = next((entry.problem for entry in found if entry.problem is not None), None)
    if all(entry.problem is not None for entry in found):
        raise problem or unreadable(path)
    return found


def _parquet(path: str, member: str = "") -> list[LayerIn]:
    """A Parquet file, or one in a zip, that QGIS does not open; empty for any other file."""
    name = os.path.basename(member or path)
    if suffix_of(name) not in _PARQUET:
        return []
    try:
        source: Any = path
        if member:
            with open(path, "rb") as file, archive.open_archive(file, os.path.basename(path)) as packed:
                source = io.BytesIO(archive.read_member(packed, member, name, archive.DATA))
        return [LayerIn(name, path, "", rows=read_parquet(source, name))]
    except InputError as error:
        return [LayerIn(name, path, "", problem=error)]


def _belongs_to_shape(member: str, members: Sequence[str]) -> bool:
    """Whether a .dbf is the table of a shapefile beside it."""
    base, suffix = os.path.splitext(member)
    return suffix.lower() == ".dbf" and any(base + ending in members for ending in (".shp", ".SHP"))


def _layers(uri: str) -> list[LayerIn]:
    whole = QgsVectorLayer(uri, os.path.basename(uri), "ogr")
    if not whole.isValid():
        return []
    # A layer with points, lines and areas is listed once for each; it is one layer here.
    parts = [text.split("!!::!!") for text in whole.dataProvider().subLayers()]
    numbers = {part[1]: part[0] for part in parts}
    names = list(numbers)
    encoding = dbf_encoding(uri)
    if len(names) < 2:
        return [LayerIn(os.path.basename(uri), uri, encoding, whole)]
    # A name with the sign that parts the pieces of an address cannot stand in one; its number can.
    chosen = {name: f"layerid={numbers[name]}" if "|" in name else f"layername={name}" for name in names}
    return [LayerIn(f"{os.path.basename(uri)} · {name}", f"{uri}|{chosen[name]}", encoding) for name in names]


def open_layer(entry: LayerIn) -> Optional[QgsVectorLayer]:
    """The layer, with its encoding set; ``None`` when it cannot be opened after all."""
    if entry.problem is not None:
        return None
    if entry.rows is not None:
        return memory_layer(entry.rows)
    layer = entry.layer or QgsVectorLayer(entry.uri, entry.name, "ogr")
    if not layer.isValid():
        return None
    if entry.encoding:
        layer.setProviderEncoding(entry.encoding)
    return layer


def dbf_encoding(uri: str) -> str:
    """Encoding of the texts of a dBase file that does not say it: Japanese ones are mostly CP932.

    Empty when the file says it itself or holds only plain letters.
    """
    base, suffix = os.path.splitext(uri)
    if suffix.lower() not in (".shp", ".dbf"):
        return ""
    data, says = _dbf_head(base)
    if data is None or says or (len(data) > 29 and data[29]):
        return ""
    for encoding in ("ascii", "utf-8"):
        try:
            data[32:].decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.start > len(data) - 36:
                return "UTF-8"  # cut within a letter by the probe
            continue
        return "" if encoding == "ascii" else "UTF-8"
    return "CP932"


def _dbf_head(base: str) -> tuple[Optional[bytes], bool]:
    """First bytes of the table beside a shapefile (also in a zip), and whether a .cpg names its encoding."""
    from osgeo import gdal

    says = any(gdal.VSIStatL(base + ending) is not None for ending in (".cpg", ".CPG"))
    for ending in (".dbf", ".DBF"):
        handle = gdal.VSIFOpenL(base + ending, "rb") if gdal.VSIStatL(base + ending) is not None else None
        if handle is not None:
            try:
                return bytes(gdal.VSIFReadL(1, _PROBE, handle) or b""), says
            finally:
                gdal.VSIFCloseL(handle)
    return None, says


def read_layer(layer: QgsVectorLayer, name: str, progress: Optional[Progress] = None) -> Read:
    """The rows of a layer. Rows the file counts but does not give are told as an error."""
    frame = bridge.source_to_frame(layer, progress)
    _fill_mixed(layer, frame)
    report = CheckReport(name, format=layer.storageType() or layer.providerType(), spatial=layer.isSpatial())
    if layer.storageType() == "ESRI Shapefile":
        report.encoding = _encoding_name(layer.dataProvider().encoding() or "")
        report.remarks.extend(letters(_all_text(frame)))
    elif layer.storageType() in _ALWAYS_UTF8:
        report.encoding = "UTF-8"
    if layer.storageType() in _TEXT_MAPS:
        report.remarks.extend(letters(_all_text(frame)))
    count = layer.featureCount()
    if count > len(frame):
        report.remark(
            "rows_not_given",
            ERROR,
            Text(
                "The file counts {count} rows but gives only {n}: rows deleted in it, or it is damaged or cut off.",
                "ファイルには{count}行あるはずですが、{n}行しか読めません。削除された行か、壊れた部分があります。",
            ).format(count=f"{count:,}", n=f"{len(frame):,}"),
            count - len(frame),
        )
    return Read(name, frame, bridge.specs_of(layer.fields()), report)


def _fill_mixed(layer: QgsVectorLayer, frame: geopandas.GeoDataFrame) -> None:
    """Put back what QGIS 3.22 loses: of a GeoJSON column with numbers and words ("秘匿") it gives no cell."""
    columns = [f.name() for f in layer.fields() if f.typeName() == "JSON" and f.name() in frame.columns]
    lost = {name: frame[name].isna() for name in columns if frame[name].isna().any()}
    if not lost or layer.storageType() != "GeoJSON":
        return
    from osgeo import gdal

    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    dataset = gdal.OpenEx(parts["path"], gdal.OF_VECTOR)
    name = parts.get("layerName")
    rows = dataset.GetLayerByName(name) if name else dataset.GetLayer(int(parts.get("layerId") or 0))
    for feature in rows:
        if feature.GetFID() not in frame.index:
            continue
        for column, gone in lost.items():
            if gone.at[feature.GetFID()]:
                frame.at[feature.GetFID(), column] = _scalar(feature.GetField(column))


def _scalar(cell: Optional[str]) -> Any:
    """A number or word of a column of JSON; nested values as their text."""
    try:
        found = json.loads(cell) if cell else None
    except ValueError:
        return cell
    return cell if isinstance(found, (dict, list)) else found


def _encoding_name(name: str) -> str:
    """Encodings by the name people know: Qt calls the Windows form of Shift_JIS by the name of the standard."""
    return "CP932" if name.lower() in ("shift_jis", "windows-31j", "cp932", "sjis") else name


def _all_text(frame: geopandas.GeoDataFrame) -> str:
    columns = [column for column in frame.columns if column != frame.geometry.name and frame[column].dtype == object]
    return "\n".join(cell for column in columns for cell in frame[column].tolist() if isinstance(cell, str))


def read_parquet(source: Any, name: str) -> Read:
    """A GeoParquet file (path or open file, called ``name``) where GDAL has no driver for it.

    Raises ``InputError`` where no package reads it either, or where it holds no map.
    """
    try:
        import geopandas
        import pyproj
        import shapely

        frame = geopandas.read_parquet(source)
    except ImportError as error:
        raise InputError(
            Text(
                "{file} needs a reader this QGIS does not have. Ask for GeoJSON or FlatGeobuf instead.",
                "{file}を読む機能がこのQGISにありません。GeoJSONかFlatGeobufでもらってください。",
            ).format(file=name)
        ) from error
    except (
        ValueError, OSError, KeyError, TypeError, AttributeError, NotImplementedError,
        shapely.errors.ShapelyError, pyproj.exceptions.ProjError,
    ) as error:  # fmt: skip
        if "geo metadata" in str(error):
            raise InputError(
                Text(
                    "{file} is a Parquet table that does not say where its shapes are. Ask for GeoParquet, GeoJSON or "
                    "FlatGeobuf, or for the table as CSV.",
                    "{file}は図形の説明がないParquetの表です。GeoParquet・GeoJSON・FlatGeobufか、表だけならCSVで"
                    "もらってください。",
                ).format(file=name)
            ) from error
        raise unreadable(name) from error
    for column in frame.columns:
        if column != frame.geometry.name and frame[column].map(lambda cell: hasattr(cell, "__len__")).any():
            frame[column] = frame[column].map(_as_json)
    if frame.geometry.name != "geometry":
        frame = frame.drop(columns=[c for c in frame.columns if c == "geometry"]).rename_geometry("geometry")
    frame = frame.reset_index(drop=True)
    report = CheckReport(name, format="Parquet", spatial=True, encoding="UTF-8")
    specs = [FieldSpec(str(c), _kind(frame[c]), str(c), str(c)) for c in frame.columns if c != "geometry"]
    return Read(name, frame, specs, report)


def _as_json(cell: Any) -> Any:
    """A nested value as JSON text; anything else as it is."""
    plain = cell.tolist() if hasattr(cell, "tolist") and hasattr(cell, "__len__") else cell
    return json.dumps(plain, ensure_ascii=False, default=str) if isinstance(plain, (dict, list)) else plain


def _kind(column: Any) -> str:
    kind = column.dtype.kind
    return {"i": "int", "u": "int", "f": "real", "b": "bool", "M": "datetime"}.get(kind, "text")


def memory_layer(read: Read) -> QgsVectorLayer:
    """Rows as a layer in memory, for files GDAL does not open here."""
    from qgis.core import QgsWkbTypes

    frame = read.frame
    kinds = [kind for kind in frame.geom_type.dropna().unique().tolist() if kind]
    kind = "NoGeometry" if not kinds else max(sorted(kinds), key=lambda name: name.startswith("Multi"))
    layer = QgsVectorLayer(kind, read.name, "memory")
    layer.setCrs(bridge.qgis_crs(frame.crs))
    provider = layer.dataProvider()
    provider.addAttributes(list(bridge.fields_from(read.specs)))
    layer.updateFields()
    provider.addFeatures(list(bridge.frame_to_features(frame, read.specs)))
    layer.updateExtents()
    if QgsWkbTypes.geometryType(layer.wkbType()) == QgsWkbTypes.GeometryType.UnknownGeometry:
        raise unreadable(read.name)
    return layer


def raw_frame(table: RawTable) -> geopandas.GeoDataFrame:
    """A raw table as a frame without a coordinate system; shapes from a column with WKT where there is one."""
    import geopandas
    import numpy
    import pandas
    import shapely

    data = {name: pandas.Series([row[name] for row in table.rows], dtype=object) for name in table.columns}
    shapes = numpy.full(len(table.rows), None, dtype=object)
    column = next((name for name in table.columns if name.casefold() in _WKT_NAMES), None)
    if column is not None:
        cells = numpy.full(len(table.rows), None, dtype=object)
        cells[:] = [str(row[column]) if row[column] else None for row in table.rows]
        read = shapely.from_wkt(cells, on_invalid="ignore")
        if not shapely.is_missing(read).all():
            shapes = read
            data.pop(column)
    return geopandas.GeoDataFrame(data, geometry=shapes)


def read_table(path: str) -> Read:
    """A text table or workbook as a frame of cells as they stand, with what its reader noticed."""
    return _from_raw(read_raw(path), os.path.basename(path))


def _from_raw(table: RawTable, name: str) -> Read:
    report = CheckReport(name, format=table.format, encoding=table.encoding)
    report.remarks.extend(table.remarks)
    frame = raw_frame(table)
    frame.index = table.lines
    column = next((c for c in table.columns if c not in frame.columns or c == frame.geometry.name), None)
    cells = [] if column is None else [row[column] for row in table.rows]
    unread = [line for line, cell, gone in zip(table.lines, cells, frame.geometry.isna()) if cell and gone]
    if unread:
        report.remark(
            "not_understood:shape",
            WARNING,
            Text(
                "Shapes (WKT) not understood: {n} (for example line {line}). These rows are kept without a shape.",
                "読み取れない図形（WKT）: {n}（例: {line}行目）。図形のない行として残しました。",
            ).format(n=f"{len(unread):,}", line=unread[0]),
            len(unread),
        )
    report.data_date = date_of(name, table.above)
    specs = [FieldSpec(c, "text", c, c) for c in frame.columns if c != "geometry"]
    return Read(name, frame, specs, report)


def date_of(name: str, above: Sequence[str]) -> str:
    """The date of the data out of lines above a table, else out of the name of the file; empty where none is told."""
    from ..core.sources import dates

    return dates.date_of(name, above, dt.date.today())


def read_file(path: str, progress: Optional[Progress] = None) -> list[Read]:
    """Everything in a file: one entry per layer or table, in a fixed order.

    Raises ``InputError`` when nothing in it can be read.
    """
    progress = progress or Progress()
    if not os.path.isfile(path):
        raise unreadable(path)
    if suffix_of(path) in TEXT_TABLES + WORKBOOKS:
        return [read_table(path)]
    if suffix_of(path) == ".zip":
        inner = _tables_in_zip(path)
        if inner:
            return inner
    entries = layers_in(path)
    found, closed = [], _beside_maps(path) if suffix_of(path) == ".zip" else []
    for number, entry in enumerate(entries):
        if entry.rows is not None:
            found.append(_dated(entry.rows))
            continue
        layer = open_layer(entry)
        if layer is not None:
            part = progress.part(number / len(entries), (number + 1) / len(entries))
            found.append(_dated(read_layer(layer, entry.name, part)))
        elif entry.problem is None:
            closed.append(entry.name)
    if not found:
        raise unreadable(path)
    if closed:
        found[0].report.remark(
            "not_opened",
            WARNING,
            Text(
                "Also in {file}, but not opened: {names}. Choose them by themselves.",
                "{file}にはほかにも入っていますが、開いていません: {names}。1つずつ選んでください。",
            ).format(file=os.path.basename(path), names=", ".join(closed[:5]) + (" …" if len(closed) > 5 else "")),
            len(closed),
        )
    for entry in entries:
        if entry.problem is not None:
            found[0].report.remark("not_read", WARNING, entry.problem.text, entry.name)
    return found


def _beside_maps(path: str) -> list[str]:
    """Tables and archives in a zip that holds maps as well: they are not opened with these."""
    return [name for name in member_names(path) if suffix_of(name) in (".csv", ".tsv", ".zip", *WORKBOOKS)]


def _tables_in_zip(path: str) -> list[Read]:
    return [_from_raw(table, name) for name, table in raw_in_zip(path)]


def raw_in_zip(path: str) -> list[tuple[str, RawTable]]:
    """Names and contents of the text tables and workbooks in a zip that holds no map; empty where it holds one.

    Raises ``InputError`` when the archive or a table in it cannot be read.
    """
    members = member_names(path)
    if any(suffix_of(member) in VECTORS for member in members):
        return []
    found = []
    with open(path, "rb") as file, archive.open_archive(file, os.path.basename(path)) as packed:
        for member in sorted(packed.namelist()):
            if suffix_of(member) not in TEXT_TABLES + WORKBOOKS or _left_by_a_mac(member):
                continue
            name = os.path.basename(member)
            data = archive.read_member(packed, member, name, archive.WORKBOOK)
            read = xlsx.read_xlsx if suffix_of(member) in WORKBOOKS else delimited.read_delimited
            found.append((name, read(data, name)))
    return found


def _dated(read: Read) -> Read:
    read.report.data_date = read.report.data_date or date_of(read.name, ())
    return read


def stated_crs(read: Read, crs: Any) -> Read:
    """The same rows with the coordinate system the user stated, where the file does not say one."""
    if read.frame.crs is not None or crs is None:
        return read
    read.report.remark(
        "crs_stated",
        NOTE,
        Text(
            "The coordinate system was stated by you, not by the file.",
            "座標系はファイルに書かれていないため、選ばれたものを使いました。",
        ),
    )
    return read._replace(frame=read.frame.set_crs(crs))
