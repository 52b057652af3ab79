"""`check --facts` of what is no file of facts: one line with the path, what is wrong and what to do."""

import io
import random
import re
from pathlib import Path

import pytest

from tests.fleet.hosts import LAN, guest, host, nic
from tests.fleet.test_untrusted import NONE, row, written_by_hand
from vnetlint.cli.main import main
from vnetlint.fleet.rows import FORMAT
from vnetlint.fleet.write import write

AGAIN = "; write it again with `vnetlint facts PATH… -o FILE`"
EXPECTED = "; expected one that `vnetlint facts PATH… -o FILE` wrote"
HOST = row(kind="host", path=None, span_start=None, span_end=None)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(*patterns: str) -> tuple[int, str, str]:
    """Return the exit code, the report and the messages of a run on facts."""
    out, err = io.StringIO(), io.StringIO()
    options = [each for pattern in patterns for each in ("--facts", pattern)]
    code = main(["check", *options, "--output-format", "concise"], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def refused(*patterns: str) -> str:
    """Return why facts are refused, without the name of the program."""
    code, out, err = checked(*patterns)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    return err.removeprefix("vnetlint: ").rstrip("\n")


def good() -> bytes:
    """Return a file of facts of a host with a network and a guest."""
    write("good.parquet", host(LAN.format(""), guest("web", nic())).rows("a"))
    return Path("good.parquet").read_bytes()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not a file of facts: it is empty"),
        (b"<network/>", "not a file of facts: it begins with '<net', not as Parquet does"),
        (b"\x1f\x8b\x08\x00", r"not a file of facts: it begins with '␟\x8b␈␀', not as Parquet does"),
        (b"PA", "not a file of facts: it begins with 'PA', not as Parquet does"),
        (b"PAR1", "not whole: it ends after 4 bytes, not as Parquet does"),
        (b"PAR1PAR1", "not whole: it ends after 8 bytes, not as Parquet does"),
        (b"PAR1" + b"x" * 90, "not whole: it ends after 94 bytes, not as Parquet does"),
        (b"PAR1xxxx\xff\xff\xff\xffPAR1", "damaged: its bytes are no rows of Parquet"),
        (b"PAR1xxxx\x00\x00\x00\x00PAR1", "damaged: its bytes are no rows of Parquet"),
    ],
    ids=["empty", "text", "gzip", "two bytes", "one sign", "two signs", "cut", "long end", "no end"],
)
def test_what_is_not_parquet_is_refused(content: bytes, fault: str) -> None:
    Path("a.parquet").write_bytes(content)
    assert refused("a.parquet") == f"a.parquet: {fault}{AGAIN}"


def test_parquet_without_facts_is_refused() -> None:
    here = Path()
    written_by_hand(here / "foreign.parquet", "SELECT 1 AS a", mark="other")
    written_by_hand(here / "newer.parquet", f"SELECT {NONE}", version="2")
    written_by_hand(here / "columns.parquet", "SELECT 'host' AS kind, 'a' AS host")
    others = ", ".join(each for each in NONE.split(", ") if each.split()[-1] not in ("kind", "host", "span_start"))
    written_by_hand(here / "types.parquet", f"SELECT 'host' AS kind, 'a' AS host, 'many' AS span_start, {others}")
    for name, fault in {
        "foreign": "not a file of facts: it is Parquet without the mark 'vnetlint_facts'",
        "newer": f"facts of version '2': this vnetlint reads version '{FORMAT}'",
        "columns": "damaged: missing column 'path'",
        "types": "damaged: column 'span_start' has type 'VARCHAR', expected 'BIGINT'",
    }.items():
        assert refused(f"{name}.parquet") == f"{name}.parquet: {fault}{AGAIN}"


def test_the_bad_file_is_named_among_good_ones() -> None:
    good()
    written_by_hand(Path("bad.parquet"), "SELECT 'host' AS kind, 'b' AS host")
    write("other.parquet", host(LAN.format("")).rows("b"))
    message = refused("good.parquet", "bad.parquet", "other.parquet")
    assert message == f"bad.parquet: damaged: missing column 'path'{AGAIN}"


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"kind": None}, "a row has no kind"),
        ({"kind": "other"}, "a row has the unknown kind 'other'"),
        ({"host": "a:b"}, "the name of host 'a:b' has a colon"),
        ({"host": "a" * 300}, "a host has 300 characters, expected at most 255"),
        ({"path": None}, "a row of kind 'finding' has no path"),
        ({"span_start": -1}, "a place starts at '-1'"),
        ({"span_start": 9, "span_end": 3}, "a place ends at '3', before its start"),
        ({"span_end": None}, "a place of a row of kind 'finding' has no start or no end"),
        ({"kind": "nic", "span_start": None, "span_end": None}, "a row of kind 'nic' has no place"),
    ],
    ids=["no kind", "kind", "colon", "long", "path", "negative", "backwards", "half a place", "no place"],
)
def test_a_row_that_no_vnetlint_writes_is_named(values: dict[str, object], fault: str) -> None:
    write("good.parquet", [HOST])
    write("bad.parquet", [row(**values)])
    assert refused("good.parquet", "bad.parquet") == f"bad.parquet: damaged: {fault}{AGAIN}"


def test_a_path_that_is_no_file_of_facts_says_what_to_name() -> None:
    Path("folder").mkdir()
    Path("odd[1].parquet").touch()
    Path("nowhere.parquet").symlink_to("gone")
    for pattern, message in {
        "missing.parquet": f"missing.parquet: no such file{EXPECTED}",
        "none/*.parquet": f"none/*.parquet: no file matches{EXPECTED}",
        "folder": "folder: a folder; name the files in it, such as 'folder/*.parquet'",
        "nowhere.parquet": f"nowhere.parquet: not a regular file{EXPECTED}",
        "odd*": "odd[1].parquet: a name of a file of facts cannot contain *, ? or [; rename it",
    }.items():
        assert refused(pattern) == message
    Path("x\udcff.parquet").touch()
    assert refused("x*").endswith("a name of a file of facts must be UTF-8; rename it")


def test_a_file_that_may_not_be_read_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    good()

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("vnetlint.fleet.damage.open", denied, raising=False)
    assert refused("good.parquet") == "good.parquet: cannot be read: Permission denied"


def test_facts_that_are_cut_anywhere_are_refused() -> None:
    whole = good()
    for size in range(0, len(whole), 23):
        Path("cut.parquet").write_bytes(whole[:size])
        message = refused("cut.parquet")
        assert re.match(r"cut\.parquet: not (whole|a file of facts): ", message)
        assert message.endswith(AGAIN)


_FAULTS = re.compile(r"bad\.parquet: (not a file of facts|facts of version '.*'|not whole|damaged): .*")


@pytest.mark.slow
def test_facts_whose_bytes_are_damaged_are_judged_or_refused_in_one_line() -> None:
    whole, chosen, faults = good(), random.Random(7), 0
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[chosen.randrange(len(whole))] ^= chosen.choice((1, 16, 128, 255))
        Path("bad.parquet").write_bytes(damaged)
        code, _, err = checked("bad.parquet")
        assert code in (0, 1, 2)
        if code == 2:
            faults += 1
            assert _FAULTS.fullmatch(err.removeprefix("vnetlint: ").rstrip("\n")), err
            assert err.endswith(f"{AGAIN}\n")
    assert faults > 10
