"""One measured job inside a QGIS of its own: python inqgis.py JOB.json

JOB.json holds ``job`` (see ``JOBS``) and its arguments, and in ``warm`` those of a run beforehand that is not counted.
The last line of the output is the result as JSON: seconds of the job alone, its processor time, peak memory of the
whole process (QGIS, packages and data), and what the job counted.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "land_stewardship"


def start_qgis() -> Any:
    """QGIS without a window, with its own algorithms and ours."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() not in (ROOT, ROOT / "benchmarks")]
    for extra in ("/usr/share/qgis/python", "/usr/share/qgis/python/plugins"):
        if extra not in sys.path:
            sys.path.append(extra)
    spec = importlib.util.spec_from_file_location(PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)

    import geopandas  # noqa: F401  (loading packages is not part of any measured job)
    import scipy.spatial  # noqa: F401
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    from processing.core.Processing import Processing

    Processing.initialize()
    from land_stewardship.processing.provider import LandStewardshipProvider

    provider = LandStewardshipProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    return application, provider


def algorithm(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Run a Processing algorithm; a failure is a result too."""
    from qgis.core import QgsFeatureRequest, QgsProcessingException, QgsProcessingFeatureSourceDefinition

    import processing

    # "Do not filter", as one can choose beside the input; else QGIS's checks refuse a map with a broken lot.
    given = dict(parameters)
    given["INPUT"] = QgsProcessingFeatureSourceDefinition(
        parameters["INPUT"],
        flags=QgsProcessingFeatureSourceDefinition.Flag.FlagOverrideDefaultGeometryCheck,
        geometryCheck=QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck,
    )
    begin = time.perf_counter()
    try:
        outputs = processing.run(name, given)
        failed = ""
    except QgsProcessingException as error:
        outputs, failed = {}, str(error).strip().splitlines()[-1]
    seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "failed": failed,
        "outputs": {key: value for key, value in outputs.items() if isinstance(value, (int, float, str))},
    }


def read_layer(path: str) -> dict[str, Any]:
    """Layer file to GeoDataFrame through the bridge."""
    from qgis.core import QgsVectorLayer

    from land_stewardship.gis import bridge

    layer = QgsVectorLayer(path, "lots", "ogr")
    begin = time.perf_counter()
    frame = bridge.source_to_frame(layer)
    return {"seconds": time.perf_counter() - begin, "failed": "", "outputs": {"rows": len(frame)}}


def write_layer(path: str, target: str) -> dict[str, Any]:
    """GeoDataFrame to layer file through the bridge (reading is not counted)."""
    from qgis.core import QgsProcessingContext, QgsProcessingUtils, QgsVectorLayer, QgsWkbTypes

    from land_stewardship.gis import bridge

    layer = QgsVectorLayer(path, "lots", "ogr")
    frame = bridge.source_to_frame(layer)
    specs = [spec for spec in bridge.specs_of(layer.fields()) if spec.name != "fid"]
    context = QgsProcessingContext()
    begin = time.perf_counter()
    sink, _ = QgsProcessingUtils.createFeatureSink(
        target, context, bridge.fields_from(specs), QgsWkbTypes.Type.Polygon, layer.crs()
    )
    rows = bridge.write_frame(frame, sink, specs)
    del sink
    return {"seconds": time.perf_counter() - begin, "failed": "", "outputs": {"rows": rows}}


def read_and_validate(path: str, way: str = "features") -> dict[str, Any]:
    """The least any check has to do: read the lots with the fields it needs, and one GEOS validity pass.

    ``way``: "features" as QGIS hands them out, "table" straight from the file as our check does, "geopandas".
    """
    import numpy
    import shapely
    from qgis.core import QgsProcessingContext, QgsProcessingFeatureSource, QgsVectorLayer

    from land_stewardship.gis import lotstream, quickread

    fields = ["lot_key", "chiban", "accuracy_class", "area_reg"]
    layer = QgsVectorLayer(path, "lots", "ogr")
    context = QgsProcessingContext()
    begin = time.perf_counter()
    if way == "geopandas":
        import geopandas

        frame = geopandas.read_file(path, engine="pyogrio", columns=fields)
        read = time.perf_counter() - begin
        outputs = {"rows": len(frame), "valid": int(shapely.is_valid(frame.geometry.to_numpy()).sum()), "read": read}
        return {"seconds": time.perf_counter() - begin, "failed": "", "outputs": outputs}
    source = QgsProcessingFeatureSource(layer, context)
    file = quickread.plain_file(layer, None) if way == "table" else None
    table, shapes = lotstream.read_packed(source, fields, None, file)
    read = time.perf_counter() - begin
    valid = 0
    for first in range(0, len(table), 20_000):
        rows = numpy.arange(first, min(first + 20_000, len(table)))
        valid += int(shapely.is_valid(shapes.take(rows)).sum())
    outputs = {"rows": len(table), "valid": valid, "read": read}
    return {"seconds": time.perf_counter() - begin, "failed": "", "outputs": outputs}


JOBS = {"validate": read_and_validate, "algorithm": algorithm, "read": read_layer, "write": write_layer}


def main() -> None:
    arguments = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    job, warm = JOBS[arguments.pop("job")], arguments.pop("warm", None)
    keep = start_qgis()
    from qgis.core import Qgis

    if warm:
        # As in a QGIS that has been at work for a while: the same once on a small map, not counted.
        job(**warm)

    before = time.process_time()
    result = job(**arguments)
    result["cpu"] = time.process_time() - before
    result["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result["qgis"] = Qgis.QGIS_VERSION.split("-")[0]
    print(json.dumps(result), flush=True)
    # Leaving QGIS in order can crash after the work is done; the result is printed already.
    del keep
    os._exit(0)


if __name__ == "__main__":
    main()
