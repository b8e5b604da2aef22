"""Walks "What do you have?": registers, farmers, residents, damage, houses, maps, pictures, a registry map."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QFileDialog, QLineEdit, QListWidget, QMessageBox, QWidget
from qgis.utils import iface

FOLDER = Path(os.environ["HOME"]) / "brought"


def layers_of(role: str) -> list[Any]:
    return [
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("landstewardship/role") == role
    ]


def make_files() -> None:
    FOLDER.mkdir(exist_ok=True)
    register = ["所在,地番,地目,地積,氏名,住所,最終登記日"]
    lots = layers_of("lots")[0]
    for number, lot in enumerate(sorted((f["oaza"], f["chiban"]) for f in lots.getFeatures())[:40]):
        person = f"見本 {number % 7}郎,谷沢{number % 7}"
        register.append(f'{lot[0]},{lot[1]},田,"1,2{number:02d}",{person},S47.5.{number % 28 + 1}')
    register.append("谷沢,999999,田,100,見本 外,よそ,不明")
    (FOLDER / "登記一覧_2024.csv").write_bytes("\n".join(register).encode("cp932"))
    farmers = QgsVectorLayer("None?field=氏名:string&field=年齢:integer&field=後継者:string", "x", "memory")
    for name, age, successor in (("試験 一郎", 78, "無"), ("試験 二郎", 45, "有"), ("試験 三郎", 66, "")):
        feature = QgsFeature(farmers.fields())
        feature.setAttributes([name, age, successor])
        farmers.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "XLSX"
    QgsVectorFileWriter.writeAsVectorFormatV3(
        farmers, str(FOLDER / "farmers.xlsx"), QgsProject.instance().transformContext(), options
    )
    (FOLDER / "broken.csv").write_bytes(b"\xff\xfe\x00\x81\x82,\x85\n\x81")


def open_dialog(dock: Any) -> Any:
    steps.click(dock.add_button)
    return steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipAddData"), "the dialog opens")


def bring(dock: Any, tile: str, path: Path) -> Any:
    """Open the dialog, click a tile and choose a file."""
    dialog = open_dialog(dock)
    real, QFileDialog.getOpenFileName = QFileDialog.getOpenFileName, lambda *_a, **_k: (str(path), "")
    try:
        steps.click(steps.find(dialog, f"tile_{tile}"))
    finally:
        QFileDialog.getOpenFileName = real
    steps.wait(200)
    steps.wait_until(lambda: dialog.trial.state != "running", "the file is looked through")
    steps.wait(300)
    return dialog


def fields_file() -> Path:
    """Field polygons as the ministry publishes them, in degrees; one has a faulty outline, one no known land type."""
    features = []
    for number in range(4):
        x = 138.4 + number * 0.001
        ring = [[x, 37.1], [x + 0.001, 37.1], [x + 0.001, 37.101], [x, 37.101], [x, 37.1]]
        if number == 3:
            ring[1], ring[2] = ring[2], ring[1]
        properties = {
            "polygon_uuid": f"uuid-{number}",
            "land_type": (100, 200, 300, 100)[number],
            "issue_year": 2025,
            "last_polygon_uuid": f"old-{number}",
            "local_government_cd": "152226",
        }
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    path = FOLDER / "15222_2025.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def foreign_file() -> Path:
    """Lots of a surveyor; the areas are in m² though the column is named after hectares."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:6676&field=PARCEL_NR:string&field=AREA_HA:double", "x", "memory")
    for number in range(6):
        feature = QgsFeature(layer.fields())
        width = 30 + number
        feature.setAttributes([f"P{number}", 40.0 * width])
        x = number * 50
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({x} 0,{x + width} 0,{x + width} 40,{x} 40,{x} 0))"))
        layer.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    path = FOLDER / "surveyor.gpkg"
    context = QgsProject.instance().transformContext()
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), context, options)
    return path


def brought_in(
    dock: Any, answer: dict[str, Any], tile: str, path: Path, role: str = "", picture: str = ""
) -> dict[str, Any]:
    """Add a file and tell what was shown before; ``role``: chosen by hand."""
    dialog = bring(dock, tile, path)
    if role:
        dialog.role_box.setCurrentIndex(dialog.role_box.findData(role))
        steps.wait(500)
        steps.wait_until(lambda: dialog.trial.state != "running", "the file is looked through")
        steps.wait(300)
    shown = {
        "role": dialog.role(),
        "columns": dialog.columns(),
        "summary": dialog.report.summary.text(),
        "report": dialog.report.texts(),
        "button": dialog.add_button.text(),
        "problem": dialog.card.problem.text(),
        "width": dialog.width(),
    }
    answer["clipped"] += steps.clipped(dialog)
    if picture:
        steps.picture(picture, dialog)
    shown["notice"] = dialog.notice.text() if dialog.notice.isVisible() else ""
    earlier = {layer.id() for layer in layers_of(shown["role"])}
    steps.click(dialog.add_button)
    steps.wait_until(lambda: gone(dock), f"{path.name} is added")
    layer = next(layer for layer in layers_of(shown["role"]) if layer.id() not in earlier)
    shown["id"] = layer.id()
    shown["source"] = layer.source().split("|")[0]
    shown["kept_report"] = bool(layer.customProperty("landstewardship/check_report"))
    if isinstance(layer, QgsVectorLayer):
        shown["rows"] = layer.featureCount()
        shown["fields"] = [field.name() for field in layer.fields()]
    return shown


def walk_damage(dock: Any, answer: dict[str, Any]) -> None:
    """Records with a place, told twice, with the hamlet only, and with neither; then those of a prefecture."""
    hamlet = sorted(f["hamlet"] for f in dock.state.layer("hamlets").getFeatures())[0]
    place = QgsGeometry(next(dock.state.layer("lots").getFeatures()).geometry().pointOnSurface())
    degrees = QgsCoordinateReferenceSystem("EPSG:6668")
    place.transform(QgsCoordinateTransform(dock.state.layer("lots").crs(), degrees, QgsProject.instance()))
    lines = ["WKT,ID,出没日,集落,集落コード,目撃者氏名"]
    lines += [f"{place.asWkt(6)},7,R6.5.{day},,1.72E+09,見本 四郎" for day in (1, 1, 2)]
    lines += [f",8,令和6年6月1日,{hamlet},1.72E+09,", ",9,R6.7.1,,1.72E+09,"]
    path = FOLDER / "出没_2024.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    answer["damage"] = brought_in(dock, answer, "damage", path, picture="add_data_damage")
    layer = QgsProject.instance().mapLayer(answer["damage"]["id"])
    answer["damage"]["days"] = sorted(f["seen_on"].toString("yyyy-MM-dd") for f in layer.getFeatures())
    answer["damage"]["crs"] = layer.crs().authid()
    counts = dock.state.layer("damage_counts")
    answer["damage"]["counts"] = sum(f["records"] for f in counts.getFeatures())
    pins = FOLDER / "被害の地図.geojson"
    where = json.loads(place.asJson(6))
    told = [{"番号": 7, "確認日": f"2025-05-0{day}"} for day in (1, 1, 2)]
    features = [{"type": "Feature", "properties": one, "geometry": where} for one in told]
    pins.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    answer["damage_map"] = brought_in(dock, answer, "damage", pins, picture="add_data_damage_map")
    real = os.environ.get("WALK_DAMAGE", "")
    if real:
        answer["bears"] = brought_in(dock, answer, "damage", Path(real))


def walk_people_and_houses(dock: Any, answer: dict[str, Any]) -> None:
    """Residents by age class, a vacancy survey and water use are told apart by their columns."""
    hamlet = sorted(f["hamlet"] for f in dock.state.layer("hamlets").getFeatures())[0]
    residents = FOLDER / "人口_2025.csv"
    ages = ("65〜69歳,12", "85歳以上,3", "不詳,1", "総数,16")
    residents.write_text("集落,年齢階級,人口\n" + "\n".join(f"{hamlet},{age}" for age in ages), encoding="cp932")
    answer["residents"] = brought_in(dock, answer, "farmers", residents, picture="add_data_residents")
    layer = dock.state.layer("residents")
    answer["residents"]["ages"] = sorted((f["age_from"], f["age_to"], f["residents"]) for f in layer.getFeatures())

    side = FOLDER / "人口_2026.csv"
    side.write_text(f"行政区,総数,65～69歳,70～74歳,85歳以上\n{hamlet},20,12,-,8\n合計,20,12,0,8\n", encoding="cp932")
    answer["wide"] = brought_in(dock, answer, "farmers", side, picture="add_data_wide")
    layer = dock.state.layer("residents")
    answer["wide"]["ages"] = sorted((f["age_from"], f["age_to"], f["residents"]) for f in layer.getFeatures())

    kept = [layer for layer in layers_of("houses") if layer.fields().lookupField("house_id") >= 0]
    houses = sorted(f["house_id"] for f in kept[0].getFeatures() if f["house_id"])[:3]
    dock.state.assign("houses", kept[0])
    survey = FOLDER / "空き家.csv"
    survey.write_text(
        "家屋番号,居住状況,調査日\n" + "\n".join(f"{h},{s},R6.4.1" for h, s in zip(houses, ("空家", "居住中", "？")))
    )
    answer["vacancy"] = brought_in(dock, answer, "patrol", survey, picture="add_data_vacancy")
    water = FOLDER / "水道.csv"
    months = [f"{houses[0]},令和6年{month}月,0" for month in range(1, 7)]
    water.write_text("家屋番号,検針年月,使用水量\n" + "\n".join([*months, f"{houses[0]},合計,0"]))
    packed = FOLDER / "水道.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(water, water.name)
        archive.writestr("お読みください.csv", "あいさつ,本文\nこんにちは,よろしく\n".encode("cp932"))
    answer["water"] = brought_in(dock, answer, "patrol", packed)
    roles = {"INPUT": "lots", "HOUSES": "houses", "WATER_USE": "water_use", "VACANCY": "vacancy"}
    found = processing.run(
        "landstewardship:buildingevidence",
        {**{name: dock.state.layer(role) for name, role in roles.items()}, "OUTPUT": "memory:"},
    )["OUTPUT"]
    told = [f.attributes() for f in found.getFeatures()]
    words = {str(value) for row in told for value in row}
    answer["house_evidence"] = sorted(words & {"water_use", "vacancy survey", "空き家調査", "none"})


def walk_evidence(dock: Any, answer: dict[str, Any]) -> None:
    """A map of land cover and squares of forest, chosen from the list."""
    sample = Path(QgsProject.instance().absolutePath())
    cover = FOLDER / "landcover.tif"
    cover.write_bytes((sample / "ndvi_2023.tif").read_bytes())
    answer["cover"] = brought_in(dock, answer, "photos", cover, "land_cover")
    mesh = FOLDER / "mesh.geojson"
    ring = [[138.3, 37.1], [138.31, 37.1], [138.31, 37.11], [138.3, 37.11], [138.3, 37.1]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"樹冠疎密度": 70}, "geometry": shape}
    mesh.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    answer["mesh"] = brought_in(dock, answer, "map", mesh, "forest_mesh")


def zones_file(name: str, fields: dict[str, Any]) -> Path:
    """Zones of open data over a corner of the village, in degrees."""
    lots = layers_of("lots")[0]
    corner = QgsGeometry.fromRect(lots.extent())
    degrees = QgsCoordinateReferenceSystem("EPSG:6668")
    corner.transform(QgsCoordinateTransform(lots.crs(), degrees, QgsProject.instance()))
    feature = {"type": "Feature", "properties": fields, "geometry": json.loads(corner.asJson(6))}
    path = FOLDER / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def walk_zones(dock: Any, answer: dict[str, Any]) -> None:
    """Flood zones, then landslide zones: both count in the draft beside the village's own, one can be left out."""
    floods = {"A31_201": 3, "A31_202": "", "A31_203": "", "A31_204": ""}
    slides = {"A33_001": 1, "A33_002": 1, "A33_003": "15", "A33_004": "1", "A33_005": "谷沢", "A33_006": "上越市"}
    slides.update(A33_007="2015/07/01", A33_008=0)
    answer["flood"] = brought_in(dock, answer, "map", zones_file("A31-22_15.geojson", floods))
    answer["slide"] = brought_in(dock, answer, "map", zones_file("A33-24_15.geojson", slides), picture="add_data_zones")
    dock.go_to_step("choose")
    steps.wait(300)
    card = dock.pages["choose"].draft_card
    steps.into_view(card.change_link)
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("choose_zones")
    card.change_data()
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipChangeData"), "the data")
    rows = dialog.findChild(QListWidget, "data_hazard_zones")
    items = [rows.item(number) for number in range(rows.count())]
    answer["zones"] = {
        "data": card.data_text(),
        "ticked": [item.text() for item in items if item.checkState() == Qt.CheckState.Checked],
        "first": [item.text() for item in items[:3]],
        "parameters": len(card.parameters()["HAZARD"]),
    }
    steps.into_view(rows)
    answer["clipped"] += steps.clipped(dialog)
    steps.picture("change_data_zones", dialog)
    own = next(
        item
        for item in items
        if item.data(Qt.ItemDataRole.UserRole) not in (answer["flood"]["id"], answer["slide"]["id"])
    )
    own.setCheckState(Qt.CheckState.Unchecked)
    dialog.accept()
    steps.wait(200)
    answer["zones"]["after"] = sorted(layer.id() for layer in dock.state.layers_of("hazard_zones", "polygons"))
    answer["zones"]["wanted"] = sorted((answer["flood"]["id"], answer["slide"]["id"]))
    dock.go_to_step("understand")


def gone(dock: Any) -> bool:
    return not [w for w in dock.window().findChildren(QWidget, "landStewardshipAddData") if w.isVisible()]


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()

    # An empty project: every card says what it lacks, the footer offers to add the map.
    dock = steps.plugin().show_dock()
    steps.wait(500)
    cards = dock.pages["understand"].cards
    answer["empty"] = {
        "chips": {key: card.chip.text() for key, card in cards.items()},
        "next": [dock.footer.sentence.text(), dock.footer.button.text()],
        "progress": dock.stepper.cell("understand").progress,
    }
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("empty")
    steps.click(dock.footer.button)
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipAddData"), "the dialog opens")
    answer["empty"]["tile"] = dialog.tile()
    dialog.reject()
    steps.wait(200)

    def name_it(dialog: Any) -> None:
        dialog.findChild(QLineEdit).setText("Yamasaki")
        dialog.accept()

    number = dock.village.findData("name")
    steps.in_dialog(lambda: dock.village.activated.emit(number), name_it)
    answer["empty"]["village"] = dock.village.currentText()
    answer["empty"]["saved"] = dock.state.is_saved()

    # Opening the sample now would lose that name, so QGIS asks first; Cancel keeps everything.
    def stay(dialog: Any) -> None:
        dialog.button(QMessageBox.StandardButton.Cancel).click()

    def go_on(dialog: Any) -> None:
        dialog.button(QMessageBox.StandardButton.Discard).click()

    open_sample = steps.find(iface.mainWindow(), "landStewardshipSample", QAction)
    QgsProject.instance().addMapLayer(QgsVectorLayer("Point?crs=EPSG:6676", "mine", "memory"))
    steps.in_dialog(open_sample.trigger, stay)
    answer["empty"]["kept"] = [layer.name() for layer in QgsProject.instance().mapLayers().values()]
    steps.in_dialog(open_sample.trigger, go_on)
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(800)
    make_files()
    before = {role: len(layers_of(role)) for role in ("register", "owners", "cultivators", "lots", "ndvi_2022")}

    dialog = bring(dock, "register", FOLDER / "登記一覧_2024.csv")
    answer["register"] = {
        "columns": dialog.columns(),
        "button": dialog.add_button.text(),
        "chip": dialog.card.chip.text(),
        "report": dialog.report.texts(),
        "summary": dialog.report.summary.text(),
        "unit": [dialog.form.unit(), dialog.form.unit_why.text()],
        "date": dialog.date_edit.text(),
    }
    answer["clipped"] += steps.clipped(dialog)
    steps.picture("add_data", dialog)
    steps.click(dialog.add_button)
    steps.wait_until(lambda: gone(dock), "the register is added")
    register = dock.state.layer("register")
    answer["register"]["rows"] = register.featureCount()
    answer["register"]["fields"] = [field.name() for field in register.fields()]
    answer["register"]["text"] = str([f.attributes() for f in register.getFeatures()])
    answer["register"]["with_lot"] = sum(1 for f in register.getFeatures() if f["lot_key"])
    answer["register"]["source"] = register.source().split("|")[0]
    answer["register"]["kept_report"] = register.customProperty("landstewardship/check_report")
    answer["profiles"] = sorted(
        path.name for path in (Path(QgsProject.instance().absolutePath()) / "profiles").glob("*")
    )
    owners = dock.state.layer("owners")
    answer["owners"] = {"rows": owners.featureCount(), "source": owners.source().split("|")[0]}

    dialog = bring(dock, "farmers", FOLDER / "farmers.xlsx")
    answer["farmers"] = {"columns": dialog.columns(), "button": dialog.add_button.text()}
    steps.click(dialog.add_button)
    steps.wait_until(lambda: gone(dock), "the farmers are added")
    farmers = dock.state.layer("cultivators")
    answer["farmers"]["source"] = farmers.source().split("|")[0]
    answer["farmers"]["last"] = sorted(
        (f["cultivator_key"], f["age"], f["successor"]) for f in farmers.getFeatures() if "試験" in str(f["name"])
    )

    # A data set known by its fields is recognised whatever tile was picked, and told before it is added.
    dialog = bring(dock, "register", fields_file())
    answer["known"] = {
        "role": dialog.role(),
        "summary": dialog.report.summary.text(),
        "report": dialog.report.texts(),
        "date": dialog.date_edit.text(),
    }
    answer["clipped"] += steps.clipped(dialog)
    steps.picture("add_data_known", dialog)
    steps.click(dialog.add_button)
    steps.wait_until(lambda: gone(dock), "the field polygons are added")
    added = dock.state.layer("field_polygons")
    answer["known"]["rows"] = [added.featureCount(), added.crs().authid()]
    dialog = open_dialog(dock)
    steps.click(steps.find(dialog, "add_reports"))
    shown = steps.wait_until(lambda: dialog.findChild(QWidget, "landStewardshipCheckReport"), "the reports open")
    steps.wait(200)
    answer["known"]["reports"] = shown.box.count()
    answer["clipped"] += steps.clipped(shown)
    steps.picture("check_report", shown)
    shown.accept()
    dialog.reject()
    steps.wait(200)

    # Lots of another office: a unit that is named wrong is asked; as another kind of map the file stays as it is.
    dialog = bring(dock, "map", foreign_file())
    answer["foreign"] = {
        "columns": dialog.columns(),
        "unit": [dialog.form.unit(), dialog.form.unit_why.text()],
        "report": dialog.report.texts(),
    }
    answer["clipped"] += steps.clipped(dialog)
    steps.into_view(dialog.form.unit_box)
    steps.picture("add_data_unit", dialog)
    dialog.role_box.setCurrentIndex(dialog.role_box.findData("houses"))
    steps.wait(600)
    steps.wait_until(lambda: dialog.trial.state == "ready", "the map is looked through")
    houses = len(layers_of("houses"))
    steps.click(dialog.add_button)
    steps.wait_until(lambda: gone(dock), "the houses are added")
    answer["foreign"]["houses"] = [len(layers_of("houses")) - houses, dock.state.layer("houses").featureCount()]

    # Columns confirmed once are taken again by themselves.
    dialog = bring(dock, "register", FOLDER / "登記一覧_2024.csv")
    answer["again"] = {"why": dialog.form.unit_why.text(), "columns": dialog.columns()}
    dialog.reject()
    steps.wait(200)

    dialog = bring(dock, "patrol", FOLDER / "broken.csv")
    told = dialog.card.problem
    seen = told.visibleRegion().boundingRect().height() == told.height()
    answer["broken"] = {"problem": told.text(), "can_add": dialog.add_button.isEnabled(), "seen": seen}
    steps.picture("add_data_broken", dialog)
    dialog.reject()
    steps.wait(200)

    walk_damage(dock, answer)
    walk_people_and_houses(dock, answer)
    walk_evidence(dock, answer)
    walk_zones(dock, answer)

    sample = Path(QgsProject.instance().absolutePath())
    copy = FOLDER / "summer_2022.tif"
    copy.write_bytes((sample / "ndvi_2023.tif").read_bytes())
    dialog = bring(dock, "photos", copy)
    steps.click(dialog.add_button)
    steps.wait_until(lambda: gone(dock), "the picture is added")
    answer["ndvi"] = [layer.customProperty("landstewardship/role") for layer in dock.state.layers_of("ndvi", "raster")]

    # A picture does not fit the tile for lots.
    dialog = bring(dock, "map", copy)
    answer["misfit"] = {"problem": dialog.card.problem.text(), "can_add": dialog.add_button.isEnabled()}
    dialog.reject()
    steps.wait(200)

    # Keyboard: the tiles can be reached and chosen without a mouse.
    dialog = open_dialog(dock)
    steps.find(dialog, "tile_map").setFocus(Qt.FocusReason.TabFocusReason)
    order = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Tab):
        order.append(dialog.focusWidget().objectName())
        QTest.keyClick(dialog.focusWidget(), key)
    answer["keyboard"] = [*order, dialog.focusWidget().objectName()]
    dialog.reject()
    steps.wait(200)

    registry = os.environ.get("WALK_REGISTRY", "")
    if registry:
        lots_before = dock.state.layer("lots").id()
        dialog = open_dialog(dock)
        steps.find(dialog, "tile_map").setChecked(True)
        dialog.take_file(registry)
        steps.wait(50)
        answer["registry"] = {
            "role": dialog.role(),
            "datum_asked": dialog.datum_box.isVisible(),
            "running": [dialog.trial.state, dialog.progress.isVisible(), dialog.add_button.isEnabled()],
        }
        steps.picture("add_data_registry_running", dialog)
        # Stopped, it can be begun again; nothing was added.
        steps.click(dialog.progress.cancel_button)
        steps.wait(500)
        answer["registry"]["stopped"] = [
            dialog.trial.state,
            dialog.add_button.isEnabled(),
            dialog.add_button.text(),
            dialog.report.isVisible(),
        ]
        answer["clipped"] += steps.clipped(dialog)
        steps.click(dialog.add_button)
        steps.wait_until(lambda: dialog.trial.state == "ready", "the registry map is looked through", 60)
        steps.wait(300)
        shown = {"lots": dialog.add_button.text(), "summary": dialog.report.summary.text()}
        answer["registry"]["shown"] = {**shown, "report": dialog.report.texts()}
        answer["registry"]["nothing_added"] = dock.state.layer("lots").id() == lots_before
        answer["clipped"] += steps.clipped(dialog)
        steps.picture("add_data_registry", dialog)
        # Another datum is tried out anew, another date is not.
        box = steps.find(dialog, "add_datum", QComboBox)
        box.setCurrentIndex(1)
        box.activated.emit(1)
        steps.wait_until(lambda: dialog.trial.state == "running", "it is tried out again")
        steps.wait_until(lambda: dialog.trial.state == "ready", "the registry map is looked through", 60)
        answer["registry"]["other_datum"] = dialog.report.texts(), dialog.trial.path("OUTPUT")
        # Closed without adding, its files are gone.
        given_up = [dialog.trial.path(name) for name in ("OUTPUT", "TRIAGE", "UNPLACED")]
        dialog.reject()
        steps.wait(200)
        answer["registry"]["left"] = [bool(path) and os.path.exists(path) for path in given_up]
        dialog = bring(dock, "map", Path(registry))
        steps.find(dialog, "add_date", QLineEdit).setText("2022-02")
        dialog.date_edit.editingFinished.emit()
        answer["registry"]["date_kept"] = dialog.trial.state
        steps.click(dialog.add_button)
        steps.wait_until(lambda: gone(dock), "the registry map is read", 60)
        answer["registry"]["lots"] = dock.state.layer("lots").featureCount()
        answer["registry"]["triage"] = [row["verdict"] for row in dock.state.layer("map_triage").getFeatures()]
        answer["registry"]["report"] = len(
            json.loads(dock.state.layer("lots").customProperty("landstewardship/check_report"))
        )
        answer["registry"]["source"] = dock.state.layer("lots").source().split("|")[0]
    answer["before"], answer["village"] = before, dock.village.currentText()
    answer["saved"] = QgsProject.instance().write()
    answer["project"] = QgsProject.instance().fileName()
    return answer


steps.run(walk)
