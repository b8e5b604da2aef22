"""Writes the sample with GDAL (GeoPackage 1.2, GeoTIFF), the same bytes every time."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Sequence
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
from osgeo import gdal, ogr, osr

from .rasters import NODATA, Grid
from .world import EPSG

gdal.UseExceptions()
ogr.UseExceptions()
#: Time stamp inside the files, so that a rebuild gives the same bytes.
STAMP = "2026-04-01T00:00:00.000Z"

_KINDS = {
    "text": (ogr.OFTString, ogr.OFSTNone),
    "int": (ogr.OFTInteger64, ogr.OFSTNone),
    "real": (ogr.OFTReal, ogr.OFSTNone),
    "bool": (ogr.OFTInteger, ogr.OFSTBoolean),
    "date": (ogr.OFTDate, ogr.OFSTNone),
}
_SHAPES = {
    "Point": ogr.wkbPoint,
    "LineString": ogr.wkbLineString,
    "Polygon": ogr.wkbPolygon,
    "MultiPolygon": ogr.wkbMultiPolygon,
}


def _system() -> Any:
    system = osr.SpatialReference()
    system.ImportFromEPSG(EPSG)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system


def open_package(path: str) -> Any:
    """A new, empty GeoPackage 1.2."""
    gdal.SetConfigOption("OGR_CURRENT_DATE", STAMP)
    if os.path.exists(path):
        os.remove(path)
    return ogr.GetDriverByName("GPKG").CreateDataSource(path, options=["VERSION=1.2", "ADD_GPKG_OGR_CONTENTS=NO"])


def write_table(
    package: Any,
    name: str,
    frame: pd.DataFrame,
    specs: Sequence[Any],
    shape: Optional[str],
    title: str,
    description: str,
) -> None:
    """Write one layer or table; rows in the order of ``frame``, fields in that of ``specs``."""
    layer = package.CreateLayer(
        name,
        _system() if shape else None,
        _SHAPES[shape] if shape else ogr.wkbNone,
        options=[f"IDENTIFIER={title}", f"DESCRIPTION={description}", "GEOMETRY_NAME=geom", "FID=fid"],
    )
    for spec in specs:
        kind, subtype = _KINDS[spec.kind]
        definition = ogr.FieldDefn(spec.name, kind)
        definition.SetSubType(subtype)
        definition.SetAlternativeName(spec.ja)
        layer.CreateField(definition)
    blobs = frame.geometry.to_wkb().to_list() if shape and isinstance(frame, gpd.GeoDataFrame) else None
    columns = [frame[spec.name].tolist() for spec in specs]
    layer.StartTransaction()
    for row in range(len(frame)):
        feature = ogr.Feature(layer.GetLayerDefn())
        for column, spec, number in zip(columns, specs, range(len(specs))):
            value = column[row]
            if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
                feature.SetFieldNull(number)
            elif spec.kind == "date":
                assert isinstance(value, dt.date)
                feature.SetField(number, value.year, value.month, value.day, 0, 0, 0, 0)
            elif spec.kind == "bool":
                feature.SetField(number, int(bool(value)))
            else:
                feature.SetField(number, value)
        if blobs is not None:
            geometry = ogr.CreateGeometryFromWkb(blobs[row])
            if shape == "MultiPolygon" and geometry.GetGeometryType() == ogr.wkbPolygon:
                geometry = ogr.ForceToMultiPolygon(geometry)
            feature.SetGeometry(geometry)
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def close_package(path: str) -> None:
    """Pack the file (after the data source was released)."""
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.close()


def write_raster(path: str, values: Any, grid: Grid, description: str) -> None:
    """Write one float band with deflate; empty cells are ``NODATA``."""
    data = gdal.GetDriverByName("GTiff").Create(
        path,
        grid.columns,
        grid.rows,
        1,
        gdal.GDT_Float32,
        options=["COMPRESS=DEFLATE", "PREDICTOR=3", "ZLEVEL=9", "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"],
    )
    data.SetGeoTransform((grid.left, grid.cell, 0, grid.top, 0, -grid.cell))
    data.SetProjection(_system().ExportToWkt())
    data.SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", description)
    data.SetMetadataItem("SYNTHETIC", "yes")
    band = data.GetRasterBand(1)
    band.SetNoDataValue(NODATA)
    band.WriteArray(np.asarray(values, dtype="float32"))
    band.FlushCache()
