"""Column profiles of an office: kept as small JSON files in the folder ``profiles`` beside the project."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Optional

from ..core.errors import InputError
from ..core.sources import profile as profiles
from ..core.sources.profile import Profile
from ..core.texts import Text

FOLDER = "profiles"
#: Profiles larger than this are no profiles.
_MOST_BYTES = 1 << 20


def folder_of(home: str) -> str:
    """The folder of profiles beside a project in ``home``; empty without a home."""
    return os.path.join(home, FOLDER) if home else ""


def load(path: str) -> Profile:
    """One profile; raises ``InputError`` when the file is missing or none."""
    name = os.path.basename(path)
    try:
        if os.path.getsize(path) > _MOST_BYTES:
            return profiles.parse("", name)
        with open(path, encoding="utf-8-sig") as stream:
            return profiles.parse(stream.read(), name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Text(
                "The column profile {file} cannot be read. Choose another one.",
                "列の設定ファイル{file}を読めません。別のファイルを選んでください。",
            ).format(file=name)
        ) from error


def load_all(folder: str) -> list[Profile]:
    """All profiles of a folder, by file name; files that are none are passed over."""
    if not folder or not os.path.isdir(folder):
        return []
    found = []
    for name in sorted(os.listdir(folder)):
        if name.lower().endswith(".json"):
            try:
                found.append(load(os.path.join(folder, name)))
            except InputError:
                continue
    return found


def best(folder: str, role: str, columns: Sequence[str]) -> Optional[Profile]:
    """The profile of a folder that fits a table best; ``None`` without one."""
    return profiles.best(load_all(folder), role, columns)


def save(path: str, profile: Profile) -> str:
    """Write a profile; returns ``path``. Raises ``InputError`` when it cannot be written."""
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(profiles.to_text(profile))
    except OSError as error:
        raise InputError(
            Text(
                "The column profile could not be written to {file}. Check the folder.",
                "列の設定を{file}に書き込めませんでした。フォルダを確かめてください。",
            ).format(file=path)
        ) from error
    return path


def path_for(folder: str, profile: Profile) -> str:
    """Where a profile is kept: one file for each kind of table and name."""
    plain = re.sub(r"[^\w.-]+", "_", profile.name).strip("_") or "profile"
    return os.path.join(folder, f"{profile.role}_{plain}.json")
