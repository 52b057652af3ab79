"""Files of facts come from other hosts: whatever is in them, they are rows of plain values or an error."""

import socket
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.fleet.hosts import LAN, guest, host, nic
from vnetlint.cache.codec import plain_finding, written
from vnetlint.finding import Edit, Finding, Fix, Related, Span
from vnetlint.fleet.database import FactsError, database
from vnetlint.fleet.judge import QUESTIONS, FleetRequest, judged
from vnetlint.fleet.questions import MACS
from vnetlint.fleet.read import FleetFacts, files_of, opened
from vnetlint.fleet.rows import COLUMNS, FORMAT, MARK, Row
from vnetlint.fleet.write import write
from vnetlint.report.concise import line
from vnetlint.result import Result
from vnetlint.rulebook.catalogue import builtin


def result_of(*paths: Path, memory: str = "500MB") -> Result:
    """Return what is found in files of facts."""
    with opened([str(each) for each in paths], threads=1, memory=memory) as facts:
        return judged(facts, FleetRequest(builtin(), frozenset(QUESTIONS))).result


def written_by_hand(path: Path, question: str, version: str = str(FORMAT), mark: str = MARK) -> Path:
    """Write a file of Parquet that another program could write."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({question}) TO '{path}' (FORMAT parquet, KV_METADATA {{{mark}: '{version}'}})")
    return path


def row(**values: Any) -> Row:
    """Return a row."""
    return Row(**{"kind": "finding", "host": "a", "path": "x.xml", "span_start": 0, "span_end": 1, **values})


NONE = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in COLUMNS.items())


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "other"},
        {"host": "a:b"},
        {"host": "a" * 300},
        {"path": "x" * 5000},
        {"path": None},
        {"span_start": -1},
        {"span_start": 9, "span_end": 3},
        {"kind": "nic", "span_start": None, "span_end": None},
        {"detail": "x" * (2 << 20)},
    ],
    ids=lambda values: next(iter(values)),
)
def test_rows_that_vnetlint_does_not_write_are_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    good, path = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    write(str(good), [row(kind="host", path=None, span_start=None, span_end=None)])
    write(str(path), [row(**values)])
    with pytest.raises(FactsError, match=r"bad\.parquet: damaged"):
        result_of(good, path)


def test_facts_of_one_host_are_named_once(tmp_path: Path) -> None:
    for name in ("old", "new"):
        write(str(tmp_path / f"{name}.parquet"), host(LAN.format("")).rows("a"))
    with pytest.raises(FactsError, match=r"two files of facts have 0\.xml of host 'a'"):
        result_of(tmp_path / "old.parquet", tmp_path / "new.parquet")


HOSTILE = "a'; DROP VIEW facts; --\x1b[31m\n::error::$(id)\u202e"


def finding(path: str = "x.xml", rule: str = "duplicate-mac") -> Finding:
    """Return a finding with fixes and related places."""
    fix = Fix("Do it", (Edit("/etc/passwd", Span(0, 1), "x"),), "safe", "snippet")
    also = (Related("see", "../../etc/shadow", Span(0, 3)),)
    return Finding(rule, "VN3020", path, Span(0, 1), "/domain", HOSTILE, "error", "never", fixes=(fix,), related=also)


def test_names_are_data_and_paths_are_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    name = HOSTILE.replace(":", "")
    rows = [
        row(kind="host", host=name, path=None, span_start=None, span_end=None),
        row(host=name, path="/etc/passwd", name="duplicate-mac", mode="error",
            detail=written(plain_finding(finding())).decode()),
        row(kind="file", host=name, path="/etc/passwd", line_starts=(0, 5, -7, 2**62)),
    ]  # fmt: skip
    write(str(path), rows)
    result = result_of(path)
    (found,) = result.findings
    assert found.path == f"{name}:/etc/passwd"
    assert [each.path for each in found.related] == [f"{name}:../../etc/shadow"]
    assert [(each.edits, each.safety, each.snippet) for each in found.fixes] == [((), "display", "")]
    assert result.source(found.path).text == ""
    shown = line(result, found)
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert not result.source(found.path).key.is_writable


@pytest.mark.parametrize(
    "detail",
    ["", "null", "[]", "{", "[" * 5000, '"x"', written(plain_finding(finding(rule="other-rule"))).decode()],
    ids=["nothing", "null", "empty", "cut", "deep", "text", "another rule"],
)
def test_what_is_no_finding_is_left_out(tmp_path: Path, detail: str) -> None:
    path = tmp_path / "a.parquet"
    write(str(path), [row(name="duplicate-mac", mode="error", detail=detail)])
    assert result_of(path).findings == ()


def test_a_rule_that_is_unknown_here_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    detail = written(plain_finding(finding(rule="site-rule"))).decode()
    write(str(path), [row(name="site-rule", mode="error", detail=detail)])
    result = result_of(path)
    assert [each.rule for each in result.findings] == ["site-rule"]
    assert result.rules["site-rule"].family == "policy"


def test_the_database_reaches_nothing_but_the_files_that_are_named(tmp_path: Path) -> None:
    path, other = tmp_path / "a.parquet", tmp_path / "b.parquet"
    for each, name in ((path, "a"), (other, "b")):
        write(str(each), host(LAN.format("")).rows(name))
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.5)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x.parquet"
    with opened([str(path)], threads=1) as facts:
        for question in (
            f"SELECT * FROM read_parquet('{other}')",
            "SELECT * FROM read_text('/etc/hostname')",
            f"SELECT * FROM read_parquet('{url}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'made'}'",
            "INSTALL httpfs",
            "LOAD httpfs",
            f"ATTACH '{tmp_path / 'made.db'}'",
            "SET enable_external_access = true",
            "SET memory_limit = '100GB'",
        ):
            with pytest.raises(duckdb.Error):
                list(facts.ask(question))
    with pytest.raises(TimeoutError):
        listener.accept()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]


def test_little_memory_is_enough_and_too_little_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    name = "'host-' || range // 50 AS host, 'g' || range AS path, 1 AS span_start, 2 AS span_end"
    rows = f"SELECT 'nic' AS kind, {name}, 'x' || range AS name, 'office' AS lan, md5(range::VARCHAR) AS mac"
    written_by_hand(path, f"SELECT * FROM (SELECT {NONE} WHERE false) UNION ALL BY NAME {rows} FROM range(300000)")
    with opened([str(path)], threads=1, memory="60MB") as facts:
        assert list(facts.ask(MACS)) == []
    with pytest.raises(FactsError, match="need more than 2MB"), opened([str(path)], threads=1, memory="2MB") as facts:
        list(facts.ask(MACS))


def test_patterns_mean_regular_files(tmp_path: Path) -> None:
    for name in ("b.parquet", "a.parquet", "odd[1].parquet"):
        (tmp_path / name).touch()
    assert files_of([str(tmp_path / "[ab].parquet"), str(tmp_path / "a.parquet")]) == [
        str(tmp_path / "a.parquet"),
        str(tmp_path / "b.parquet"),
    ]
    for pattern, message in {"none*": "no file matches", "": "a folder", "odd*": "cannot contain"}.items():
        with pytest.raises(FactsError, match=message):
            files_of([str(tmp_path / pattern)])


def test_a_name_that_is_no_text_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert write(str(path), [row(kind="file", path="x\udcff.xml", line_starts=(0,))]) == 1
    with opened([str(path)], threads=1) as facts:
        assert list(facts.ask("SELECT path FROM facts")) == [("x\\udcff.xml",)]


def test_an_empty_fleet_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write(str(path), [])
    assert result_of(path).findings == ()
    with database([], threads=1) as connection:
        assert isinstance(FleetFacts(connection), FleetFacts)
    assert guest("g", nic())
