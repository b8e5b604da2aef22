"""Widgets that show management classes: paint buttons, swatches, bars, the number of a lot.

All are painted by ``ui.swatch`` from the same numbers as map and print.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPen
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QToolTip, QWidget

from ..core.plan import codes
from ..gis.i18n import language, tr
from . import theme
from .swatch import bar_parts, paint_class_bar, paint_swatch
from .widgets import label, rule

_WORD = 12.5
_KEY_PLATE = 20
_SWATCH_WIDTH, _SWATCH_HEIGHT = 62, 27


def class_word(code: str) -> str:
    """The short word for a class in the language of QGIS."""
    return codes.class_label(code, language(), short=True)


def hectares(square_metres: float) -> str:
    """An area in words, one decimal ("10.8 ha"); below 0.1 ha two."""
    value = square_metres / 10_000
    return tr("{n} ha").format(n=f"{value:,.2f}" if 0 < value < 0.1 else f"{value:,.1f}")


class ClassButton(QToolButton):
    """One of the six paint buttons: key, swatch, word; a 2 px ink frame when chosen."""

    def __init__(self, code: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.code = code
        item = codes.CLASS_BY_CODE[code]
        self.key = item.key
        self.setText(class_word(code))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(f"{item.label.pick(language())}\n{item.meaning.pick(language())}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_area(None)

    def set_area(self, square_metres: Optional[float]) -> None:
        """Tell the area painted so far to those who cannot see the map."""
        name = f"{self.key} {self.text()}"
        if square_metres is not None:
            name = tr("{name}, {area}").format(name=name, area=hectares(square_metres))
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(self.minimumSizeHint().width(), 64)

    def minimumSizeHint(self) -> QSize:
        word = theme.font(_WORD, bold=True)
        return QSize(max(QFontMetrics(word).horizontalAdvance(self.text()) + 10, 88), 64)

    def paintEvent(self, _event: Any) -> None:
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        ground = "card" if chosen else "hover" if self.underMouse() else "btn"
        width = 2.0 if chosen else 1.0
        frame = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(now.colour("ink" if chosen else "line"), width))
        painter.setBrush(now.colour(ground))
        painter.drawRoundedRect(frame, 4, 4)

        if not self.isEnabled():
            painter.setOpacity(0.45)
        swatch = QRectF(0, 6, _SWATCH_WIDTH, _SWATCH_HEIGHT)
        swatch.moveLeft((self.width() - _SWATCH_WIDTH) / 2 + 2)
        paint_swatch(painter, swatch, self.code)
        plate = QRectF(5, 5, _KEY_PLATE - 2, _KEY_PLATE - 2)
        painter.setPen(QPen(now.colour("line"), 1))
        painter.setBrush(now.colour("trk"))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(now.colour("ink"))
        painter.setFont(theme.font(theme.SMALL, bold=True))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, str(self.key))
        painter.setFont(theme.font(_WORD, bold=True))
        painter.drawText(QRectF(2, 36, self.width() - 4, 24), Qt.AlignmentFlag.AlignCenter, self.text())


class ClassSwatch(QWidget):
    """The picture of one class beside its word."""

    def __init__(self, width: int = 46, height: int = 28, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._code = codes.UNDECIDED
        self.setFixedSize(width, height)

    def set_class(self, code: str) -> None:
        """Show class ``code``; an unknown one is shown as undecided."""
        self._code = code if code in codes.CLASS_BY_CODE else codes.UNDECIDED
        self.setAccessibleName(class_word(self._code))
        self.update()

    def code(self) -> str:
        """The class shown."""
        return self._code

    def paintEvent(self, _event: Any) -> None:
        paint_swatch(QPainter(self), QRectF(self.rect()), self._code)


class NumberPlate(QLabel):
    """The number of a lot as on the map when it is chosen: light text on ink."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(15, bold=True))
        return QSize(metrics.horizontalAdvance(self.text()) + 18, 26)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: Any) -> None:
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("ink"))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(QColor("#15191D" if now.dark else "#FFFFFF"))
        painter.setFont(theme.font(15, bold=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class ClassBar(QWidget):
    """All classes side by side, as long as their areas; each part tells its figure on hover."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._areas: dict[str, float] = {}
        self.setFixedHeight(25)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_areas(self, areas: Mapping[str, float]) -> None:
        """Square metres by class."""
        self._areas = dict(areas)
        self.setAccessibleName(
            tr(", ").join(
                f"{class_word(code)} {hectares(self._areas[code])}" for code in codes.CLASSES if self._areas.get(code)
            )
        )
        self.setVisible(any(self._areas.values()))
        self.update()

    def paintEvent(self, _event: Any) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_class_bar(painter, QRectF(self.rect()), self._areas)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for code, part in bar_parts(QRectF(self.rect()), self._areas).items():
                if part.contains(event.pos().x(), event.pos().y()):
                    text = f"{class_word(code)} {hectares(self._areas[code])}"
                    QToolTip.showText(event.globalPos(), text, self)
                    return True
        return super().event(event)


class _AreaBar(QWidget):
    """The bar of one class, as long as its share of the longest."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._share = 0.0
        self.setFixedHeight(18)
        self.setMinimumWidth(60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, _event: Any) -> None:
        if self._share > 0:
            # a class with any area keeps a visible mark
            width = max(self._share * self.width(), 10.0)
            paint_swatch(QPainter(self), QRectF(0, 0, width, self.height()), self._code, icon=False)


class ClassAreas(QWidget):
    """Area of each class as word, bar and figure, with the total below."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP_M)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._bars: dict[str, _AreaBar] = {}
        self._values: dict[str, QLabel] = {}
        row = 0
        for code in codes.CLASSES:
            self._bars[code] = _AreaBar(code)
            self._values[code] = self._number()
            grid.addWidget(label(class_word(code), wrap=False), row, 0)
            grid.addWidget(self._bars[code], row, 1)
            grid.addWidget(self._values[code], row, 2)
            row += 1
        grid.addWidget(rule(), row, 0, 1, 3)
        self._total = self._number("strong")
        grid.addWidget(label(codes.TOTAL.pick(language()), wrap=False), row + 1, 0)
        grid.addWidget(self._total, row + 1, 1, 1, 2)

    def _number(self, kind: str = "") -> QLabel:
        number = label("", kind, wrap=False)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return number

    def set_areas(self, areas: Mapping[str, float]) -> None:
        """Square metres by class; the total is that of the unrounded figures."""
        longest = max(areas.values(), default=0.0)
        for code, bar in self._bars.items():
            area = areas.get(code, 0.0)
            bar.set_share(area / longest if longest else 0.0)
            self._values[code].setText(hectares(area))
            self._values[code].setAccessibleName(f"{class_word(code)} {hectares(area)}")
        self._total.setText(hectares(sum(areas.values())))

    def total_text(self) -> str:
        """The total as shown."""
        return self._total.text()
