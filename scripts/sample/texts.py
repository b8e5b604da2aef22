"""Titles and descriptions that go into the sample files."""

from __future__ import annotations

CREDIT = "登記所備付地図データ（上越市）（法務省）を加工して作成"
SYNTHETIC = "合成データ / synthetic"

_TITLES = {
    "lots": ("Lots", "筆"),
    "lots_defects": ("Lots with injected defects", "欠陥を入れた筆"),
    "register": ("Land register", "土地登記"),
    "farmland_register": ("Farmland register", "農地台帳"),
    "patrol": ("Farm patrol", "農地パトロール"),
    "cultivators": ("Cultivators", "耕作者"),
    "owners": ("Owners", "所有者"),
    "residents": ("Residents by age", "年齢別の住民"),
    "houses": ("Houses", "家屋"),
    "roads": ("Roads", "道路"),
    "canals": ("Canals", "水路"),
    "forest": ("Forest", "森林"),
    "forest_edge": ("Forest edge", "林縁"),
    "hazard_zones": ("Hazard zones", "災害の区域"),
    "zoning": ("Zoning", "法による区域"),
    "boar_damage": ("Boar damage", "イノシシ被害"),
    "hamlets": ("Hamlets", "集落"),
    "dem": ("Terrain height (m)", "標高（m）"),
    "ndvi_2023": ("Vegetation index, summer 2023", "植生指数 2023年夏"),
    "ndvi_2024": ("Vegetation index, summer 2024", "植生指数 2024年夏"),
    "canopy_height": ("Vegetation height (m)", "植生の高さ（m）"),
}


def described(name: str) -> tuple[str, str]:
    """(title, description) of a layer, both languages; says what is real and what is not."""
    en, ja = _TITLES[name]
    title = f"{name} {ja} / {en}"
    if name == "lots":
        return title, f"実在の筆 / real lots. {CREDIT}"
    if name == "lots_defects":
        return title, f"{SYNTHETIC}: 実在の筆に欠陥を入れたもの / real lots with injected defects. {CREDIT}"
    return title, f"{SYNTHETIC}: 実在の人・場所とは関係ありません / no relation to real people or places"
