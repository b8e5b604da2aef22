"""A record of every run, so that a result can be traced and repeated.

One line of JSON per run is added to ``runs.jsonl`` in the folder of the run's first file output:
algorithm, parameters, inputs with their SHA-256, versions, outputs, time. Runs whose outputs
are all temporary leave no file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Optional

from qgis.core import Qgis, QgsMapLayer, QgsProcessingAlgorithm, QgsProcessingContext, QgsProviderRegistry

RECORD_NAME = "runs.jsonl"
_PACKAGES = ("geopandas", "shapely", "pandas", "numpy", "scipy", "pyproj")
_CHUNK = 1 << 20


def _file_of(uri: str, provider: str = "ogr") -> Optional[str]:
    """The file behind a data source, if it is one."""
    parts = QgsProviderRegistry.instance().decodeUri(provider, uri)
    path = str(parts.get("path") or uri.split("|")[0])
    return os.path.abspath(path) if os.path.isfile(path) else None


def sha256(path: str) -> str:
    """SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(_CHUNK), b""):
            digest.update(block)
    return digest.hexdigest()


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _values(item)
    elif value is not None and value != "":
        yield value


def _input_files(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> dict[str, list[str]]:
    from qgis.core import QgsProcessingUtils

    found: dict[str, list[str]] = {}
    for definition in algorithm.parameterDefinitions():
        if definition.isDestination():
            continue
        for value in _values(parameters.get(definition.name())):
            value = getattr(getattr(value, "source", None), "staticValue", lambda value=value: value)()
            layer = value if isinstance(value, QgsMapLayer) else None
            if layer is None and isinstance(value, str):
                path = _file_of(value)
                if path is None and context.project() is not None:
                    layer = QgsProcessingUtils.mapLayerFromString(value, context, False)
                elif path:
                    found.setdefault(definition.name(), []).append(path)
            if layer is not None:
                path = _file_of(layer.source(), layer.providerType())
                if path:
                    found.setdefault(definition.name(), []).append(path)
    return found


def _versions(plugin_version: str) -> dict[str, str]:
    versions = {"land_stewardship": plugin_version, "qgis": Qgis.QGIS_VERSION, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def plugin_version() -> str:
    """The version in metadata.txt."""
    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), "metadata.txt")
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            if line.startswith("version="):
                return line.split("=", 1)[1].strip()
    return "?"


@dataclass
class Call:
    """What a run was called with: parameters as Python text, and the files behind its inputs."""

    parameters: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)


def describe_call(algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Call:
    """Parameters and input files of a run. It looks up layers of the project: for the main thread only."""
    return Call(
        {
            definition.name(): definition.valueAsPythonString(parameters[definition.name()], context)
            for definition in algorithm.parameterDefinitions()
            if definition.name() in parameters
        },
        _input_files(algorithm, parameters, context),
    )


def describe_inputs(call: Call) -> list[dict[str, Any]]:
    """Input files with size and SHA-256. Call before the run, as a run may change its own input."""
    return [
        {"parameter": name, "file": os.path.basename(path), "bytes": os.path.getsize(path), "sha256": sha256(path)}
        for name, paths in sorted(call.files.items())
        for path in paths
    ]


def write_record(
    algorithm: QgsProcessingAlgorithm,
    call: Call,
    inputs: list[dict[str, Any]],
    results: dict[str, Any],
) -> Optional[str]:
    """Add the record of a finished run; returns the file written to, ``None`` without file outputs.

    Raises ``OSError`` when the folder cannot be written.
    """
    folder = None
    for name in sorted(results):
        if isinstance(results[name], str):
            path = _file_of(results[name])
            if path and not path.startswith(_temporary_folder()):
                folder = os.path.dirname(path)
                break
    if folder is None:
        return None
    record = {
        "time": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "algorithm": algorithm.id(),
        "parameters": call.parameters,
        "inputs": inputs,
        "results": json.loads(json.dumps(results, default=str)),
        "versions": _versions(plugin_version()),
    }
    target = os.path.join(folder, RECORD_NAME)
    with open(target, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
    return target


def _temporary_folder() -> str:
    from qgis.core import QgsProcessingUtils

    return os.path.abspath(QgsProcessingUtils.tempFolder())
