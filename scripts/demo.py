#!/usr/bin/env python3
"""The main job on the sample village, end to end, with the same algorithms a user runs.

Every step is one call of ``qgis_process``; results land in out/ (or the folder given). Where a
display exists, QGIS then opens the village with the dock, unless --no-window is given.

  demo.py [--out DIR] [--language ja|en] [--no-window]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data"
PROVIDER = "landstewardship"
#: Debian wraps the program in a script whose own option for the desktop it does not understand.
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")


class Demo:
    """Runs algorithms one after the other and remembers what they left."""

    def __init__(self, out: Path, language: str) -> None:
        self.out = out
        self.language = language
        self.made: list[tuple[Path, str]] = []
        self.home = out / ".qgis"
        plugins = self.home / "plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        link = plugins / "land_stewardship"
        if not link.exists():
            link.symlink_to(ROOT)
        runtime = self.home / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        self.environment = {
            **os.environ,
            "QGIS_PLUGINPATH": str(plugins),
            "QGIS_CUSTOM_CONFIG_PATH": str(self.home / "profile"),
            "PYTHONPATH": sysconfig.get_paths()["purelib"],
            "PYTHONWARNINGS": "ignore",
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "offscreen",
            "LANG": "ja_JP.UTF-8" if language == "ja" else "C.UTF-8",
            "LC_ALL": "",
            "LANGUAGE": "",
        }
        # Python inside QGIS writes no compiled files. Sent to an empty folder for them, it would not find the
        # system's own either and compile everything at every start.
        self.environment.pop("PYTHONPYCACHEPREFIX", None)
        if "* land_stewardship" not in self.call("plugins", "list"):
            self.call("plugins", "enable", "land_stewardship")

    def call(self, *arguments: str) -> str:
        """Run qgis_process; stop the demo with its own sentence when it fails."""
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            sys.stderr.write(done.stdout + done.stderr)
            raise SystemExit(f"qgis_process {' '.join(arguments[:2])} failed (exit code {done.returncode})")
        return done.stdout

    def run(self, algorithm: str, what: str, **parameters: object) -> dict[str, object]:
        """Run one algorithm and print its figures."""
        begun = time.monotonic()
        arguments = []
        for name, value in parameters.items():
            for item in value if isinstance(value, list) else [value]:
                arguments.append(f"--{name}={item}")
        printed = self.call("--json", "run", f"{PROVIDER}:{algorithm}", *arguments)
        results = json.loads(printed[printed.index("{") :])["results"]
        figures = ", ".join(
            f"{name.lower().replace('_', ' ')} {value}"
            for name, value in sorted(results.items())
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        )
        print(f"   {what:<34} {time.monotonic() - begun:5.1f} s   {figures}", flush=True)
        return results

    def keep(self, name: str, what: str) -> Path:
        """Promise a file in the output folder and say later what it is."""
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.made.append((path, what))
        return path


def registry_map() -> Optional[Path]:
    """The raw registry map of the sample, fetched once; ``None`` where it cannot be had."""
    sys.path.append(str(ROOT / "scripts"))
    from build_sample import MAP_NAME, map_bytes

    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "land-stewardship"
    target = Path(os.environ.get("LAND_STEWARDSHIP_CACHE") or default) / "registry_map" / MAP_NAME
    if target.exists():
        return target
    try:
        content = map_bytes("")
    except (OSError, subprocess.SubprocessError) as error:
        print(f"   The raw registry map could not be fetched ({error}); the bundled lots are used.")
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.replace(target)
    return target


def run_village(out: Path, language: str) -> list[tuple[Path, str]]:
    """The whole way from the raw map to the plan map; returns the files made."""
    demo = Demo(out, language)
    public, private = SAMPLE / "tanizawa.gpkg", SAMPLE / "tanizawa_private.gpkg"

    def layer(name: str, file: Path = public) -> str:
        return f"{file}|layername={name}"

    print("1 Understand")
    xml = registry_map()
    lots = layer("lots")
    if xml is not None:
        imported = demo.keep("lots.gpkg", "the lots, read from the registry map (登記所備付地図)")
        demo.run("importmojmap", "Read the registry map", INPUT=xml, OUTPUT=imported)
        lots = str(imported)
    register = layer("register")
    rules = SAMPLE / "externality_rules.csv"
    findings = demo.keep("findings.gpkg", "findings about lots and boundaries")
    demo.run(
        "checkparcels",
        "Check lots and boundaries",
        INPUT=lots,
        REGISTER=register,
        OUTPUT=findings,
        LOTS=demo.keep("lots_checked.gpkg", "the lots with the summary of their check"),
    )
    demo.run(
        "matchregister",
        "Match register with lots",
        INPUT=lots,
        REGISTER=register,
        OUTPUT=demo.keep("register_matches.gpkg", "which register entry belongs to which lot, with reasons"),
        LOTS=demo.keep("lots_registered.gpkg", "the lots with their register entry, where that is certain"),
    )
    demo.run(
        "repairparcels",
        "Repair lots and boundaries",
        INPUT=lots,
        REGISTER=register,
        OUTPUT=demo.keep("lots_repaired.gpkg", "the lots with broken shapes mended (not a legal boundary)"),
        REPORT=demo.keep("repair_lots.csv", "land won and lost per lot by the repair"),
        OWNERS=demo.keep("repair_owners.csv", "land won and lost per owner key by the repair"),
    )
    persons = demo.keep("owner_persons.gpkg", "which entries of the list of owners are one person, by key")
    demo.run(
        "resolveowners",
        "Find entries of one owner",
        OWNERS=layer("owners", private),
        REGISTER=register,
        LOTS=lots,
        OUTPUT=persons,
        PAIRS=demo.keep("owner_pairs.gpkg", "pairs of entries with score and reason, those to decide first"),
        FLAGS=demo.keep("owner_flags.gpkg", "shares, successions and old registrations to look at"),
    )
    demo.run(
        "contactability",
        "Find out which owners can be reached",
        LOTS=lots,
        REGISTER=register,
        OWNERS=layer("owners", private),
        PERSONS=persons,
        HAMLETS=layer("hamlets"),
        OUTPUT=demo.keep("owner_contact.gpkg", "the lots by contact with their owners, and the next lawful step"),
        OWNER_LOTS=demo.keep("owner_lots.gpkg", "every owner of every lot: state, evidence, next step, by key"),
        BLOCKS=demo.keep("owner_blocks.gpkg", "blocks of touching lots and how many owners hold them up"),
    )
    pattern = demo.keep("owner_pattern.gpkg", "ownership by hamlet, small figures hidden")
    total = demo.keep("owner_total.gpkg", "ownership in the whole village")
    demo.run(
        "ownershippattern",
        "Ownership by hamlet",
        LOTS=lots,
        REGISTER=register,
        HAMLETS=layer("hamlets"),
        PERSONS=persons,
        OUTPUT=pattern,
        TOTAL=total,
    )
    demo.run(
        "ownershipmap",
        "Print the ownership sheet",
        PATTERN=pattern,
        TOTAL=total,
        LOTS=lots,
        HOUSES=layer("houses"),
        ROADS=layer("roads"),
        CANALS=layer("canals"),
        FOREST=layer("forest"),
        HAMLETS=layer("hamlets"),
        VILLAGE="谷沢" if language == "ja" else "Tanizawa",
        LANGUAGE=1 if language == "ja" else 2,
        OUTPUT_PDF=demo.keep("ownership.pdf", "the ownership sheet for a meeting, without names"),
        OUTPUT_PNG=demo.keep("ownership.png", "the ownership sheet as a picture"),
    )
    condition = demo.keep("condition.gpkg", "likely unmanaged, cannot tell or likely managed, with reasons")
    evidence = demo.keep("evidence.gpkg", "every single piece of evidence, with source and date")
    demo.run(
        "findunmanaged",
        "Find unmanaged land",
        INPUT=lots,
        REGISTER=register,
        FARMLAND_REGISTER=layer("farmland_register"),
        PATROL=layer("patrol"),
        CULTIVATORS=layer("cultivators", private),
        NDVI=[SAMPLE / "ndvi_2023.tif", SAMPLE / "ndvi_2024.tif"],
        CANOPY=SAMPLE / "canopy_height.tif",
        DEM=SAMPLE / "dem.tif",
        ROADS=layer("roads"),
        FOREST_EDGE=layer("forest_edge"),
        HOUSES=layer("houses"),
        OUTPUT=condition,
        EVIDENCE=evidence,
    )
    demo.run(
        "learnfromsurvey",
        "Learn from the survey",
        INPUT=condition,
        EVIDENCE=evidence,
        HAMLETS=layer("hamlets"),
        REPORT=demo.keep("condition_survey.html", "what the village's survey says about the weights, with its limits"),
        WEIGHTS_OUT=demo.keep("condition_weights.csv", "the weights learnt from the survey (not used)"),
        MEASURES=demo.keep("condition_measures.csv", "how good they are in hamlets left out, beside simple rules"),
    )
    package = demo.keep(
        "field_checks.gpkg", "the field package for QField or Mergin Maps, with pick lists and photo field"
    )
    package.unlink(missing_ok=True)  # the tool never overwrites one
    demo.run(
        "fieldchecklist",
        "Plan the next visits",
        INPUT=condition,
        ROADS=layer("roads"),
        HOUSES=layer("houses"),
        CANALS=layer("canals"),
        FOREST=layer("forest"),
        VILLAGE="谷沢" if language == "ja" else "Tanizawa",
        LANGUAGE=1 if language == "ja" else 2,
        OUTPUT=demo.keep("field_visits.gpkg", "the lots whose visit helps most per hour, in the order of the walks"),
        SHEET=demo.keep("field_sheet.pdf", "a page to print for each walk: map, lot numbers, boxes to tick"),
        GPX=demo.keep("field_walks.gpx", "stops and walks for a navigation device"),
        PACKAGE=package,
    )
    burden = demo.keep("burden.gpkg", "which lots may burden their surroundings, and how much")
    demo.run(
        "overlayexternalities",
        "Harm to surroundings",
        SOURCES=condition,
        HOUSES=layer("houses"),
        ROADS=layer("roads"),
        RULES=rules,
        OUTPUT=burden,
        RECEPTORS_OUT=demo.keep("exposure.gpkg", "which homes, fields and roads are exposed"),
    )
    ahead = demo.keep("forecast.gpkg", "how likely each lot is still managed in 5, 10, 20 and 30 years")
    hamlets_ahead = demo.keep(
        "forecast_hamlets.csv", "managed land, hours and residents per hamlet in the coming years"
    )
    facilities = demo.keep("forecast_facilities.csv", "clinic, shop, school, bus, water against published sizes")
    demo.run(
        "forecast",
        "Forecast the land",
        INPUT=condition,
        REGISTER=register,
        FARMLAND_REGISTER=layer("farmland_register"),
        CULTIVATORS=layer("cultivators", private),
        RESIDENTS=layer("residents", private),
        HAMLETS=layer("hamlets"),
        HOUSES=layer("houses"),
        ROADS=layer("roads"),
        DEM=SAMPLE / "dem.tif",
        MUNICIPALITY=6000,
        OUTPUT=ahead,
        HAMLETS_OUT=hamlets_ahead,
        FACILITIES_OUT=facilities,
    )
    demo.run(
        "forecastsheet",
        "Print the village in 20 years",
        INPUT=ahead,
        HAMLETS_TABLE=hamlets_ahead,
        FACILITIES_TABLE=facilities,
        LOTS=lots,
        HOUSES=layer("houses"),
        ROADS=layer("roads"),
        CANALS=layer("canals"),
        FOREST=layer("forest"),
        HAMLETS=layer("hamlets"),
        VILLAGE="谷沢" if language == "ja" else "Tanizawa",
        LANGUAGE=1 if language == "ja" else 2,
        OUTPUT_PDF=demo.keep("village_in_20_years.pdf", "one page for the first workshop: our village in 20 years"),
    )
    print("2 Choose")
    draft = demo.keep("draft.gpkg", "the draft for discussion, one class per lot with its reason")
    demo.run(
        "draftplan",
        "Make the draft",
        INPUT=condition,
        BURDEN=burden,
        EVIDENCE=evidence,
        REGISTER=register,
        FARMLAND_REGISTER=layer("farmland_register"),
        CULTIVATORS=layer("cultivators", private),
        HAZARD=layer("hazard_zones"),
        ZONING=layer("zoning"),
        HOUSES=layer("houses"),
        ROADS=layer("roads"),
        HAMLETS=layer("hamlets"),
        RULES=rules,
        OUTPUT=draft,
    )
    plan = demo.keep("plan.gpkg", "the municipal land-use plan, with the history of every change")
    plan.unlink(missing_ok=True)
    demo.run(
        "savechoices",
        "Save into the plan",
        INPUT=draft,
        LOTS=lots,
        HAMLETS=layer("hamlets"),
        EVIDENCE=evidence,
        VILLAGE="谷沢" if language == "ja" else "Tanizawa",
        PLAN=plan,
    )
    print("3 Act")
    png = demo.keep("plan_map.png", "the plan map as a picture")
    demo.run(
        "planmap",
        "Print the plan map",
        PLAN=plan,
        LOTS=lots,
        HOUSES=layer("houses"),
        ROADS=layer("roads"),
        CANALS=layer("canals"),
        FOREST=layer("forest"),
        HAMLETS=layer("hamlets"),
        CONDITION=condition,
        LANGUAGE=1 if language == "ja" else 2,
        OUTPUT_PDF=demo.keep("plan_map.pdf", "the plan map (管理構想図), A3"),
        OUTPUT_PNG=png,
    )
    demo.run(
        "plantables",
        "Make the area tables",
        PLAN=plan,
        LANGUAGE=1 if language == "ja" else 2,
        OUTPUT_FOLDER=demo.keep("tables", "area by use, class and district, as Excel and CSV"),
    )
    demo.run(
        "planreport",
        "Write the report",
        PLAN=plan,
        MAP_IMAGE=png,
        LANGUAGE=1 if language == "ja" else 2,
        OUTPUT=demo.keep("report.html", "the report to read and print"),
    )
    demo.run(
        "exportpublic",
        "Export for public",
        PLAN=f"{plan}|layername=plan",
        LAYERS=[layer("hamlets"), pattern],
        PRIVATE=[layer("owners", private), layer("cultivators", private)],
        OUTPUT=demo.keep("public.gpkg", "the public copy: no keys, no classes of owners, no small figures"),
    )
    return demo.made


def open_window(out: Path, language: str) -> None:
    """Open QGIS on the village with the dock and leave it to the user."""
    environment = {
        **os.environ,
        "QGIS_PLUGINPATH": str(out / ".qgis" / "plugins"),
        "PYTHONPATH": sysconfig.get_paths()["purelib"],
        "LANG": "ja_JP.UTF-8" if language == "ja" else os.environ.get("LANG", "C.UTF-8"),
    }
    subprocess.Popen(
        [
            "qgis",
            "--nologo",
            "--noversioncheck",
            "--profiles-path",
            str(out / ".qgis" / "desktop"),
            "--code",
            str(ROOT / "scripts" / "open_sample.py"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    print("QGIS is opening with the sample village.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    parser.add_argument("--language", choices=("ja", "en"), default="ja")
    parser.add_argument("--no-window", action="store_true")
    options = parser.parse_args()
    out = options.out.resolve()
    if PROGRAM is None:
        raise SystemExit("qgis_process was not found; run: make setup")
    begun = time.monotonic()
    made = run_village(out, options.language)
    print(f"\nDone in {time.monotonic() - begun:.0f} s. In {out}:")
    for path, what in made:
        if not path.exists():
            raise SystemExit(f"{path.name} was promised but not made")
        print(f"   {path.name:<20} {path.stat().st_size / 1024:8.0f} kB   {what}")
    if not options.no_window and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        open_window(out, options.language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
