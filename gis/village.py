"""The sample village: copying it to the user and building its QGIS project in either language."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import NamedTuple, Optional

from qgis.core import (
    Qgis,
    QgsColorRampShader,
    QgsCoordinateReferenceSystem,
    QgsEditorWidgetSetup,
    QgsLayerMetadata,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsProjectMetadata,
    QgsRasterLayer,
    QgsRasterShader,
    QgsReferencedRectangle,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QStandardPaths
from qgis.PyQt.QtGui import QColor, QPainter

from ..core.errors import InputError
from ..core.inputs import CODE_WORDS, INPUT_FIELDS
from ..core.plan.symbols import basemap_colour
from ..core.texts import Text
from . import private, symbology

SAMPLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sample_data")
CRS = "EPSG:6676"
PUBLIC_FILE, PRIVATE_FILE = "tanizawa.gpkg", "tanizawa_private.gpkg"
VERSION_FILE = "sample_version.txt"
TITLE = Text("Tanizawa (sample)", "谷沢地区（見本）")
CREDIT = Text(
    "Made by processing 登記所備付地図データ（上越市）（法務省）",
    "「登記所備付地図データ（上越市）」（法務省）を加工して作成",
)
SYNTHETIC_MARK = Text(" (synthetic)", "（合成）")
SYNTHETIC_NOTE = Text(
    "Synthetic data, made with a fixed random seed. It has no relation to real people or places.",
    "決まった乱数で作った合成データです。実在の人・場所とは関係ありません。",
)
LICENCE = Text(
    "Terms of use of the land registry map data (登記所備付地図データ利用規約)", "登記所備付地図データ利用規約"
)

ROLE_PROPERTY = "landstewardship/role"
STEP_PROPERTY = "landstewardship/step"
DATE_PROPERTY = "landstewardship/data_date"

UNDERSTAND, CHOOSE, ACT, BASEMAP, PRIVATE = "understand", "choose", "act", "basemap", "private"
#: Groups of the layer tree from top to bottom; later steps draw over earlier ones.
GROUPS = {
    ACT: Text("3 Act", "3 行う"),
    CHOOSE: Text("2 Choose", "2 選ぶ"),
    UNDERSTAND: Text("1 Understand", "1 知る"),
    BASEMAP: Text("Base map", "背景地図"),
}
PRIVATE_GROUP = Text("Personal data, not to be passed on", "個人情報（外に出さない）")


class Role(NamedTuple):
    """A layer of the village: ``file`` (with the layer name for GeoPackages), label, group.

    ``data_date`` is ISO text (a month or year will do); ``real`` is False for synthetic data;
    ``shown`` is whether it is switched on at first.
    """

    file: str
    table: str
    label: Text
    group: str
    data_date: str
    real: bool = False
    shown: bool = False

    @property
    def private(self) -> bool:
        """Whether it holds names or ages of people."""
        return self.file == PRIVATE_FILE

    def name(self, language: str) -> str:
        """Layer name; synthetic data says so."""
        return self.label.pick(language) + ("" if self.real else SYNTHETIC_MARK.pick(language))


#: Every layer of the village by its role, in drawing order (first on top within a group).
ROLES: dict[str, Role] = {
    "externality_rules": Role(
        "externality_rules.csv",
        "externality_rules",
        Text("Rules for harm to surroundings", "周りへの影響の規則"),
        UNDERSTAND,
        "2025-11",
    ),
    "boar_damage": Role(PUBLIC_FILE, "boar_damage", Text("Boar damage", "イノシシ被害"), UNDERSTAND, "2025-08"),
    "lots": Role(PUBLIC_FILE, "lots", Text("Lots", "筆"), UNDERSTAND, "2022-02-01", real=True, shown=True),
    "lots_defects": Role(
        PUBLIC_FILE, "lots_defects", Text("Lots with mistakes put in", "誤りを入れた筆"), UNDERSTAND, "2022-02-01"
    ),
    "register": Role(PUBLIC_FILE, "register", Text("Land register", "登記の一覧"), UNDERSTAND, "2025-11"),
    "farmland_register": Role(
        PUBLIC_FILE, "farmland_register", Text("Farmland register", "農地台帳"), UNDERSTAND, "2025-11"
    ),
    "patrol": Role(PUBLIC_FILE, "patrol", Text("Farm patrol", "農地パトロール"), UNDERSTAND, "2025-09"),
    "cultivators": Role(PRIVATE_FILE, "cultivators", Text("Cultivators", "耕作者"), PRIVATE, "2025-11"),
    "owners": Role(PRIVATE_FILE, "owners", Text("Owners", "所有者"), PRIVATE, "2025-11"),
    "residents": Role(PRIVATE_FILE, "residents", Text("Residents by age", "年齢別の住民"), PRIVATE, "2025-11"),
    "ndvi_2024": Role("ndvi_2024.tif", "", Text("Greenness, summer 2024", "植生指数 2024年夏"), UNDERSTAND, "2024-08"),
    "ndvi_2023": Role("ndvi_2023.tif", "", Text("Greenness, summer 2023", "植生指数 2023年夏"), UNDERSTAND, "2023-08"),
    "canopy_height": Role("canopy_height.tif", "", Text("Vegetation height", "植生の高さ"), UNDERSTAND, "2024-06"),
    "hazard_zones": Role(PUBLIC_FILE, "hazard_zones", Text("Hazard zones", "災害の警戒区域など"), CHOOSE, "2024-04"),
    "zoning": Role(PUBLIC_FILE, "zoning", Text("Zones set by law", "法律で決まった区域"), CHOOSE, "2024-04"),
    "hamlets": Role(PUBLIC_FILE, "hamlets", Text("Hamlets", "集落"), BASEMAP, "2025-04", shown=True),
    "houses": Role(PUBLIC_FILE, "houses", Text("Houses", "家屋"), BASEMAP, "2025-04", shown=True),
    "roads": Role(PUBLIC_FILE, "roads", Text("Roads", "道路"), BASEMAP, "2025-04", shown=True),
    "canals": Role(PUBLIC_FILE, "canals", Text("Canals", "水路"), BASEMAP, "2025-04", shown=True),
    "forest_edge": Role(PUBLIC_FILE, "forest_edge", Text("Forest edge", "林縁"), BASEMAP, "2024-06"),
    "dem": Role("dem.tif", "", Text("Terrain", "標高"), BASEMAP, "2024-06", shown=True),
    "forest": Role(PUBLIC_FILE, "forest", Text("Forest", "森林"), BASEMAP, "2024-06", shown=True),
}


# -- files -------------------------------------------------------------------------------
def _sample_version() -> str:
    """Fingerprint of the bundled data."""
    digest = hashlib.sha256()
    for name in sorted({role.file for role in ROLES.values()}):
        with open(os.path.join(SAMPLE, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def make_village_copy(target_folder: str) -> str:
    """Copy the sample village into ``target_folder`` (made if missing); returns the folder.

    The private file goes into the private folder beside it (see :mod:`gis.private`).
    The plugin folder may be read-only and must stay as installed, so people work on a copy.
    Files already there are replaced. Raises ``InputError`` when the sample is not installed and
    ``OSError`` when the folder cannot be written.
    """
    names = sorted({role.file for role in ROLES.values()} | {"SOURCES.md"})
    missing = [name for name in names if not os.path.exists(os.path.join(SAMPLE, name))]
    if missing:
        raise InputError(
            Text(
                "The sample village is not complete ({files} missing). Install the plugin again.",
                "見本の地区がそろっていません（{files}がありません）。プラグインを入れ直してください。",
            ).format(files=", ".join(missing))
        )
    os.makedirs(target_folder, exist_ok=True)
    for name in names:
        place = target_folder if name != PRIVATE_FILE else private.private_folder(target_folder)
        os.makedirs(place, exist_ok=True)
        shutil.copyfile(os.path.join(SAMPLE, name), os.path.join(place, name))
    with open(os.path.join(target_folder, VERSION_FILE), "w", encoding="utf-8") as file:
        file.write(_sample_version() + "\n")
    return target_folder


def data_path(folder: str, file: str) -> str:
    """Where a file of the village in ``folder`` lies: private ones outside it (copies of earlier versions: inside)."""
    if file == PRIVATE_FILE:
        outside = os.path.join(private.private_folder(folder), file)
        inside = os.path.join(folder, file)
        return inside if os.path.exists(inside) and not os.path.exists(outside) else outside
    return os.path.join(folder, file)


def project_path(folder: str, language: str) -> str:
    """Project file of the village in ``language``; both languages share the data."""
    return os.path.join(folder, "tanizawa_ja.qgz" if language == "ja" else "tanizawa_en.qgz")


def open_village(folder: str, language: str) -> str:
    """The project file in ``folder``, built there if it is missing; returns its path.

    A project that exists is left as the user made it. Raises ``InputError`` when data is missing
    or the file cannot be written.
    """
    path = project_path(folder, language)
    if not os.path.exists(path):
        project = QgsProject()
        project.setFileName(path)
        build_project(project, folder, language)
        if not project.write(path):
            raise InputError(
                Text(
                    "The project {path} could not be written: {why}. Check the folder.",
                    "プロジェクト{path}を書き込めません（{why}）。フォルダを確かめてください。",
                ).format(path=path, why=project.error() or "?")
            )
        project.clear()
    return path


def make_sample_project(language: str, parent: Optional[str] = None) -> str:
    """Copy the village below ``parent`` (default: the user's documents) and build its project.

    A copy of the same edition is used again with everything the user did in it. Returns the path
    of the project file. Raises ``InputError`` or ``OSError``.
    """
    if parent is None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        parent = os.path.join(documents or os.path.expanduser("~"), "Land Stewardship")
    number = 1
    while True:
        folder = os.path.join(parent, "Tanizawa" if number == 1 else f"Tanizawa {number}")
        if not os.path.exists(folder):
            make_village_copy(folder)
            break
        if _is_current(folder):
            break
        number += 1
    return open_village(folder, language)


def _is_current(folder: str) -> bool:
    """Whether ``folder`` is a complete copy of the bundled edition."""
    try:
        with open(os.path.join(folder, VERSION_FILE), encoding="utf-8") as file:
            same = file.read().strip() == _sample_version()
    except OSError:
        return False
    return same and all(os.path.exists(data_path(folder, role.file)) for role in ROLES.values())


# -- project -----------------------------------------------------------------------------
def build_project(project: QgsProject, folder: str, language: str) -> None:
    """Fill an empty ``project`` with the village of ``folder`` in ``language`` ("ja" or "en").

    Layers carry their role (custom property ``landstewardship/role``), aliases, words for codes,
    metadata with credit, styles, and stand in groups by step. Raises ``InputError`` when a layer
    cannot be opened.
    """
    project.setCrs(QgsCoordinateReferenceSystem(CRS))
    project.setTitle(TITLE.pick(language))
    about = QgsProjectMetadata()
    about.setTitle(TITLE.pick(language))
    about.setLanguage(language)
    about.setAbstract(f"{CREDIT.pick(language)}. {SYNTHETIC_NOTE.pick(language)}")
    project.setMetadata(about)
    project.setBackgroundColor(QColor(basemap_colour("land")))
    root = project.layerTreeRoot()
    groups: dict[str, QgsLayerTreeGroup] = {}
    for step, title in GROUPS.items():
        groups[step] = root.addGroup(title.pick(language))
        groups[step].setCustomProperty(STEP_PROPERTY, step)
    for code, role in ROLES.items():
        layer = open_layer(code, folder, language)
        project.addMapLayer(layer, False)
        if role.group == PRIVATE and PRIVATE not in groups:
            groups[PRIVATE] = groups[UNDERSTAND].addGroup(PRIVATE_GROUP.pick(language))
        node = groups[role.group].addLayer(layer)
        node.setItemVisibilityChecked(role.shown)
        node.setExpanded(False)
    lots = next(layer for layer in project.mapLayers().values() if layer.customProperty(ROLE_PROPERTY) == "lots")
    extent = lots.extent()
    extent.grow(60)
    view = QgsReferencedRectangle(extent, project.crs())
    project.viewSettings().setDefaultViewExtent(view)
    project.viewSettings().setPresetFullExtent(view)


def open_layer(code: str, folder: str, language: str) -> QgsMapLayer:
    """One layer of the village, named, described and styled, not yet in a project."""
    role = ROLES[code]
    path = data_path(folder, role.file)
    layer: QgsMapLayer
    if role.table:
        layer = QgsVectorLayer(f"{path}|layername={role.table}", role.name(language), "ogr")
    else:
        layer = QgsRasterLayer(path, role.name(language), "gdal")
    if not layer.isValid():
        raise InputError(
            Text(
                "{path} ({name}) cannot be opened. Copy the sample village again.",
                "{path}（{name}）を開けません。見本の地区をもう一度コピーしてください。",
            ).format(path=path, name=role.label)
        )
    layer.setCustomProperty(ROLE_PROPERTY, code)
    layer.setCustomProperty(DATE_PROPERTY, role.data_date)
    _describe(layer, role, language)
    if isinstance(layer, QgsVectorLayer):
        _label_fields(layer, code, language)
    _style(layer, code, language)
    return layer


def _describe(layer: QgsMapLayer, role: Role, language: str) -> None:
    """Metadata: what it is, its credit, whether it is synthetic."""
    note = CREDIT if role.real else SYNTHETIC_NOTE
    if role.table == "lots_defects":
        note = SYNTHETIC_NOTE + CREDIT
    about = QgsLayerMetadata()
    about.setTitle(role.name(language))
    about.setLanguage(language)
    about.setAbstract(note.pick(language))
    about.setCrs(layer.crs())
    if role.real or role.table == "lots_defects":
        about.setRights([CREDIT.pick(language)])
        about.setLicenses([LICENCE.pick(language)])
    layer.setMetadata(about)


def _label_fields(layer: QgsVectorLayer, code: str, language: str) -> None:
    """Aliases and words for codes in ``language``."""
    for spec in INPUT_FIELDS.get(code, ()):  # a table of settings has no codes to put into words
        position = layer.fields().lookupField(spec.name)
        if position < 0:
            continue
        layer.setFieldAlias(position, spec.alias(language))
        words = CODE_WORDS.get((code, spec.name))
        if words:
            pairs = [{word.pick(language): value} for value, word in words.items()]
            layer.setEditorWidgetSetup(position, QgsEditorWidgetSetup("ValueMap", {"map": pairs}))


#: A hillshade with the light at 45° draws flat land in grey 180 of 255.
FLAT_TO_WHITE = 75

#: Colour steps of the rasters: value and colour (greens of the base map, light to dark).
_STEPS = {
    "ndvi": ((0.0, "#F3F1EC"), (0.3, "#E1E5D8"), (0.5, "#C7DBC4"), (0.7, "#80B98A"), (0.9, "#2F6B43")),
    "canopy_height": ((0.0, "#FFFFFF"), (1.0, "#E1E5D8"), (3.0, "#B9CFA9"), (8.0, "#6E9A66"), (20.0, "#2F5B3A")),
}


def _style(layer: QgsMapLayer, code: str, language: str) -> None:
    if isinstance(layer, QgsRasterLayer):
        _smooth(layer)
        steps = _STEPS.get("ndvi" if code.startswith("ndvi") else code)
        if steps is None:
            symbology.style_basemap(layer, code, language=language)
            # Flat land keeps its colour; only slopes in the shade get darker.
            layer.brightnessFilter().setBrightness(FLAT_TO_WHITE)
            layer.setBlendMode(QPainter.CompositionMode.CompositionMode_Multiply)
        else:
            _style_steps(layer, steps)
    elif code in ("lots", "lots_defects"):
        symbology.style_lots(layer, language=language)
    elif code in symbology.BASEMAP_ROLES:
        symbology.style_basemap(layer, code, language=language)


def _smooth(layer: QgsRasterLayer) -> None:
    """Interpolate between cells before drawing, so that a hillshade shows no stripes."""
    provider = layer.dataProvider()
    provider.setZoomedInResamplingMethod(provider.ResamplingMethod.Bilinear)
    provider.setZoomedOutResamplingMethod(provider.ResamplingMethod.Bilinear)
    layer.setResamplingStage(Qgis.RasterResamplingStage.Provider)


def _style_steps(layer: QgsRasterLayer, steps: tuple[tuple[float, str], ...]) -> None:
    """Smooth colours between fixed values."""
    ramp = QgsColorRampShader(steps[0][0], steps[-1][0])
    ramp.setColorRampType(QgsColorRampShader.Type.Interpolated)
    ramp.setColorRampItemList(
        [QgsColorRampShader.ColorRampItem(value, QColor(colour), f"{value:g}") for value, colour in steps]
    )
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(ramp)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    renderer.setClassificationMin(steps[0][0])
    renderer.setClassificationMax(steps[-1][0])
    layer.setRenderer(renderer)
