"""Write a copy of plan and layers that may be made public."""

from __future__ import annotations

import re
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsVectorLayer,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis import bridge, private
from ..gis.i18n import tr
from ..gis.public_copy import PublicTable, table_name, write_copy
from . import reading
from .base import ACT, LandAlgorithm

_UNCOUNTED = Text(
    "“{layer}” keeps classes of owners, but nothing tells how many owners an area has (give the land register)",
    "「{layer}」に所有者の区分が残りますが、区域の所有者数が分かりません（登記の一覧を選んでください）",
)
#: How many areas a refusal names.
_NAMED = 5


class ExportPublic(LandAlgorithm):
    """Plan and layers -> a GeoPackage without personal data, or a refusal."""

    ID = "exportpublic"
    GROUP = ACT
    ICON = "adddata"

    def title(self) -> str:
        return tr("Export for public")

    def help_text(self) -> str:
        return tr(
            "Writes a copy of the plan and of chosen layers that may be made public. Keys, notes and classes "
            "of owners are left out. It writes nothing at all when a layer is private, has a column with "
            "personal data by its name or by what is in it, or tells about fewer owners than the smallest "
            "number. It finds known names and addresses, phone numbers, mail addresses, ages and dates of "
            "birth; a name that nobody has listed can stay unseen, so please look over the copy."
        )

    def setup(self) -> None:
        vector = QgsProcessing.SourceType.TypeVector
        self.add(
            QgsProcessingParameterVectorLayer(
                "PLAN", tr("Plan"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr("The plan layer. Only the plan itself is copied, not its history."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers("LAYERS", tr("Further layers"), vector, optional=True),
            tr("Layers and tables to copy beside the plan."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers("PRIVATE", tr("Private tables"), vector, optional=True),
            tr("Tables with names and addresses. They are not copied; every cell of the copy is compared with them."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "K", tr("Smallest number of owners"), QgsProcessingParameterNumber.Type.Integer, 3, False, 1, 100
            ),
            tr("Areas with fewer owners are not written."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "KEYS", tr("Keys of owners"), [tr("Leave out"), tr("Replace by new keys")], defaultValue=0
            ),
            tr("New keys are the same in all layers of the copy and differ from those of the office."),
        )
        self.add(
            QgsProcessingParameterBoolean("KEEP_CLASSES", tr("Keep classes of owners"), False),
            tr("Keeps for each lot whether its owner can be reached. Areas are then checked for too few owners."),
            True,
        )
        self.add(
            QgsProcessingParameterFeatureSource("REGISTER", tr("Land register"), [vector], optional=True),
            tr(
                "Table with lot_key and owner_key. Tells how many owners an area has where a layer does not say so "
                "itself."
            ),
            True,
        )
        self.add(
            QgsProcessingParameterString("AREA_FIELD", tr("Field with the area"), optional=True),
            tr("Field that names the area of a row. Empty: block_id, hamlet or district."),
            True,
        )
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT", tr("Public copy"), tr("GeoPackage (*.gpkg)")),
            tr("The file to write. A private file name is refused."),
        )
        for name, label in (
            ("LAYERS_WRITTEN", tr("Layers written")),
            ("ROWS_WRITTEN", tr("Rows written")),
            ("COLUMNS_LEFT_OUT", tr("Columns left out")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.owners import privacy

        progress = self.progress(feedback)
        chosen = self._layers(parameters, context)
        path = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        if private.is_private_file(path):
            raise InputError(
                Text(
                    "The public copy cannot be a private file. Choose a name and folder without “private”.",
                    "公開用のファイルを個人情報の場所には書けません。「private」のない名前とフォルダにしてください。",
                )
            )
        people = self.parameterAsLayerList(parameters, "PRIVATE", context)
        secrets = privacy.Secrets(bridge.source_to_frame(layer) for layer in people)
        if not len(secrets):
            feedback.pushWarning(
                tr("No private table is given: names can only be found in columns called so. Give the list of owners.")
            )
        progress.span(0.0, 0.2).step(1.0)
        keep_keys = bool(self.parameterAsEnum(parameters, "KEYS", context))
        keep_classes = self.parameterAsBool(parameters, "KEEP_CLASSES", context)
        k = self.parameterAsInt(parameters, "K", context)
        area = self.parameterAsString(parameters, "AREA_FIELD", context).strip()
        register = reading.read_table(self, parameters, "REGISTER", context)
        owners_of = None if register is None else privacy.owners_by_lot(register)
        refusals: list[Text] = []
        frames: dict[str, Any] = {}
        columns: dict[str, list[str]] = {}
        layers: dict[str, QgsVectorLayer] = {}
        for number, layer in enumerate(chosen):
            name = table_name(layer, list(frames))
            part = progress.part(0.2 + 0.6 * number / len(chosen), 0.2 + 0.6 * (number + 1) / len(chosen))
            frame = bridge.source_to_frame(layer, part)
            kept = privacy.public_columns([field.name() for field in layer.fields()], keep_keys, keep_classes)
            if not keep_classes:
                for column, cells in privacy.without_people(frame, kept).items():
                    frame[column] = cells
            refusals.extend(_personal(layer.name(), privacy.personal_data(frame, kept, secrets)))
            if owners_of is None and privacy.needs_register(frame, kept):
                refusals.append(_UNCOUNTED.format(layer=layer.name()))
            refusals.extend(_small(layer.name(), privacy.small_cells(frame, kept, k, area, owners_of), k))
            frames[name], columns[name], layers[name] = frame, kept, layer
        if refusals:
            raise InputError(_said(refusals))
        keys = privacy.new_keys(frames) if keep_keys else {}
        tables = []
        for name, frame in frames.items():
            table = frame[[*columns[name], frame.geometry.name]].copy()
            for column in (column for column in columns[name] if column.lower() in privacy.KEY_COLUMNS):
                table[column] = [_new_key(value, keys) for value in table[column].tolist()]
            specs = [spec for spec in bridge.specs_of(layers[name].fields()) if spec.name in columns[name]]
            tables.append(PublicTable(name, table, specs, layers[name].wkbType(), layers[name].crs()))
        progress.span(0.8, 1.0).step(0.0)  # the last chance to cancel
        write_copy(path, tables, context.transformContext())
        left_out = sum(layers[name].fields().count() - len(columns[name]) for name in frames)
        rows = sum(len(table.frame) for table in tables)
        feedback.pushInfo(
            tr("{layers} layers with {rows} rows were written; {columns} columns were left out.").format(
                layers=len(tables), rows=rows, columns=left_out
            )
        )
        return {
            "OUTPUT": path,
            "LAYERS_WRITTEN": len(tables),
            "ROWS_WRITTEN": rows,
            "COLUMNS_LEFT_OUT": left_out,
        }

    def _layers(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[QgsVectorLayer]:
        found: list[QgsVectorLayer] = []
        if parameters.get("PLAN") not in (None, ""):
            plan = self.parameterAsVectorLayer(parameters, "PLAN", context)
            if plan is None:
                raise QgsProcessingException(self.invalidSourceError(parameters, "PLAN"))
            found.append(plan)
        if parameters.get("LAYERS") not in (None, "", []):
            more = self.parameterAsLayerList(parameters, "LAYERS", context)
            if not more or not all(isinstance(layer, QgsVectorLayer) for layer in more):
                raise QgsProcessingException(self.invalidSourceError(parameters, "LAYERS"))
            found.extend(more)
        if not found:
            raise InputError(
                Text(
                    "Nothing was chosen. Choose the plan or a layer to export.",
                    "何も選ばれていません。書き出す計画かデータを選んでください。",
                )
            )
        hidden: Optional[QgsVectorLayer] = next(filter(private.is_private_layer, found), None)
        if hidden is not None:
            raise InputError(
                Text(
                    "Nothing was written: “{layer}” is private data. Leave it out.",
                    "書き出しませんでした。「{layer}」は個人情報です。外してください。",
                ).format(layer=hidden.name())
            )
        return found


def _new_key(value: Any, keys: dict[str, str]) -> Optional[str]:
    """The new key; several in one cell (pairs) are replaced each."""
    if value is None or value != value:
        return None
    return "+".join(keys.get(part, "P?") for part in re.split(r"\+", str(value)))


def _personal(title: str, found: Any) -> list[Text]:
    from ..core.owners.privacy import KIND_WORDS

    said = []
    for item in found:
        if item.kind == "column":
            text = Text(
                "“{layer}” has the column “{column}”, whose name says personal data",
                "「{layer}」の項目「{column}」は名前が個人情報です",
            )
        else:
            text = Text(
                "“{layer}” has {what} in its column “{column}” ({n} rows)",
                "「{layer}」の項目「{column}」に{what}があります（{n}行）",
            )
        said.append(text.format(layer=title, column=item.column, what=KIND_WORDS[item.kind], n=item.rows))
    return said


def _small(title: str, cells: Any, k: int) -> list[Text]:
    if not cells:
        return []
    named = [cell.area for cell in cells[:_NAMED]]
    more = Text(" and {n} more", "ほか{n}件").format(n=len(cells) - _NAMED) if len(cells) > _NAMED else Text("", "")
    return [
        Text(
            "“{layer}” tells about fewer than {k} owners in {where}{more}",
            "「{layer}」は所有者が{k}人未満の区域があります（{where}{more}）",
        ).format(layer=title, k=k, where=Text(", ".join(named), "、".join(named)), more=more)
    ]


def _said(refusals: list[Text]) -> Text:
    """The first reason, and how many more there are."""
    if len(refusals) == 1:
        return Text(
            "Nothing was written: {why}. Take it out or leave the layer away.",
            "書き出しませんでした。{why}。取り除くか、そのデータを外してください。",
        ).format(why=refusals[0])
    return Text(
        "Nothing was written: {why}; {n} more of the kind. Take them out or leave the layers away.",
        "書き出しませんでした。{why}。ほかにも{n}件あります。取り除くか、そのデータを外してください。",
    ).format(why=refusals[0], n=len(refusals) - 1)
