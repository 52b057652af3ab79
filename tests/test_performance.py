"""docs/performance.md and its picture show what was measured, and what a command uses is measured with its children."""

import copy
import json
import math
import re
import runpy
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.usage import used

ROOT = Path(__file__).parent.parent
SCRIPT = runpy.run_path(str(ROOT / "docs" / "performance.py"))
DATA = json.loads((ROOT / "docs" / "performance.json").read_text("utf-8"))
PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_and_the_picture_are_current() -> None:
    assert SCRIPT["current"](PAGE, DATA) == PAGE
    assert SCRIPT["picture"](DATA) == (ROOT / "docs" / "images" / "growth.svg").read_text("utf-8")


def test_the_page_names_no_machine() -> None:
    text = json.dumps(DATA)
    assert not re.search(r"/(home|root|tmp|work|usr)\b|\.(local|lan|example)\b|@", text)


def test_every_row_is_on_the_page_with_its_ratio() -> None:
    rows = DATA["corpus"]["rows"]
    ours = rows[0]["processor"]
    for row in rows[1:]:
        assert f"{ours / row['processor']:.2f} × as much" in PAGE
    assert {"xmllint", "jing", "virt-xml-validate"} <= {row["name"] for row in rows}


def test_runs_from_the_cache_are_a_column_and_a_line_of_their_own() -> None:
    data = copy.deepcopy(DATA)
    for number, row in enumerate(data["growth"]):
        row["unchanged"] = {"processor": 0.05 * 10**number, "seconds": 0.1, "megabytes": 40}
    data["corpus"]["rows"].append(
        {"name": "vnetlint check, nothing changed since the last run", **DATA["growth"][0]["first"]}
    )
    page = SCRIPT["current"](PAGE, data)
    assert "again, nothing changed" in page
    assert "| `vnetlint check`, nothing changed since the last run |" in page
    picture = ElementTree.fromstring(SCRIPT["picture"](data))
    assert len([each for each in picture.iter(f"{SVG}path") if each.get("class") == "again"]) == 4


def test_points_are_where_the_scale_has_them() -> None:
    picture = ElementTree.fromstring(SCRIPT["picture"](DATA))
    drawn = next(each for each in picture.iter(f"{SVG}path") if each.get("class") == "first")
    heights = [float(each.split(",")[1]) for each in (drawn.get("d") or "")[1:].split(" L")]
    times = [row["first"]["processor"] for row in DATA["growth"]]
    # One scale is for both lines.
    both = [*times, *(row["unchanged"]["processor"] for row in DATA["growth"])]
    low, high = math.floor(math.log10(min(both))), math.ceil(math.log10(max(both)))
    expected = [SCRIPT["TOP"] + SCRIPT["HEIGHT"] * (high - math.log10(each)) / (high - low) for each in times]
    assert heights == pytest.approx(expected, abs=0.1)


WORK = "sum(range(20_000_000))"


def test_the_time_of_children_counts() -> None:
    nothing = used([sys.executable, "-c", "import subprocess"]).processor
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{WORK}'])"
    # Far apart, because the speed of a shared machine changes from one command to the next.
    assert used([sys.executable, "-c", child]).processor > 3 * nothing


def test_a_command_that_fails_ends_the_measurement() -> None:
    with pytest.raises(SystemExit, match="exits with 3"):
        used([sys.executable, "-c", "raise SystemExit(3)"])
