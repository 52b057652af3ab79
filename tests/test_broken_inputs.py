"""Configurations, policies and baselines that are broken anyhow: one line with the place, exit code 2, and soon.

What is wrong with a value is in the tables of `test_config_broken`, `policy/test_broken` and `test_baseline`. This is
what all three have in common: files that are none, bytes that are no text, and what is left of a valid file if a piece
of it is gone, moved or of another type.
"""

import copy
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.policy.probe import EXAMPLE, HEAD
from tests.test_cli import Ran
from tests.test_cli_config import _toml
from tests.worktime import in_time, spent
from vnetlint.config import load
from vnetlint.engine.baselinefile import read as read_baseline
from vnetlint.errors import UserError
from vnetlint.policy.load import rules_of
from vnetlint.policy.packs import policy_source
from vnetlint.report.display import clean

SECONDS = 1
"""The processor time that a broken file may take."""

CONFIGURATION = """\
select = ["default", "VN1"]
ignore = ['nat-ports-few']
exclude = ["old/"]
complete = true
target-libvirt = "9.0.0"
placeholders = ["::[a-z]+::"]
[severity]
VN1407 = "error"
[per-file-ignores]
"lan.xml" = ["VN15"]
[options.nat-ports-few]
enough = 200
[[expect]]
from = "host"
to = "lan"
verdict = "blocked"
[[overrides]]
files = ["lan.xml"]
external = ["x"]
"""
POLICY = (
    HEAD
    + """select = 'network where mode = "nat"'
value = 'source/@dev'
allow = ['eth0', 'br*']
[[rule]]
name = "second"
code = "PROBE02"
title = "Another."
why = "It is a test."
what-to-do = "Nothing."
bad = ["<domain type='kvm'><name>a</name></domain>"]
good = ["<domain type='kvm'><name>a</name></domain>"]
select = 'interface'
value = 'mac'
count = { at-least = 1 }
"""
)
ENTRY = {"path": "a", "rule": "r", "element": "/e", "count": 1, "message": "m", "source": "0" * 16}
BASELINE = json.dumps({"version": 1, "findings": [ENTRY, {**ENTRY, "path": "ä"}]}, indent=1, ensure_ascii=False)


@dataclass(frozen=True)
class Kind:
    """A kind of file that users write."""

    name: str
    option: str
    valid: str
    load: Callable[[str], object]
    parse: Callable[[str], Any]
    text: Callable[[Any], str]


def _load_configuration(path: str) -> object:
    load.forget()
    return load.load(os.path.abspath(path))


def _toml_text(table: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_toml(each)}\n" for key, each in table.items())


KINDS = {
    each.name: each
    for each in (
        Kind("configuration", "--config", CONFIGURATION, _load_configuration, tomllib.loads, _toml_text),
        Kind("policy", "--policy", POLICY, lambda path: rules_of(policy_source(path)), tomllib.loads, _toml_text),
        Kind("baseline", "--baseline", BASELINE, read_baseline, json.loads, lambda made: json.dumps(made, indent=1)),
    )
}
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(EXAMPLE)
    return tmp_path


@contextmanager
def soon() -> Iterator[None]:
    with spent() as work:
        yield
    assert in_time(work.seconds, SECONDS)


def check(kind: Kind) -> str:
    """The one line by which `check` refuses the file."""
    load.forget()
    isolated = () if kind.option == "--config" else ("--isolated",)
    with soon():
        ran = Ran("check", *isolated, kind.option, "file.x", "lan.xml")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), (ran.out, ran.err)
    return ran.err.removeprefix("vnetlint: ").rstrip("\n")


def judged(kind: Kind, data: bytes | str) -> str:
    """The message about a file, without `check`, or an empty text if it is valid."""
    Path("file.x").write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
    try:
        with soon():
            kind.load("file.x")
    except UserError as error:
        return clean(str(error))
    return ""


def is_placed(message: str) -> bool:
    """Whether a message is a line that begins with a position in the file."""
    return re.fullmatch(r"file\.x:[1-9][0-9]*:[1-9][0-9]*: \S[^\n]*", message) is not None


@EVERY
def test_the_file_that_is_broken_here_is_valid(kind: Kind) -> None:
    assert judged(kind, kind.valid) == ""
    assert kind.text(kind.parse(kind.valid))
    assert judged(kind, kind.text(kind.parse(kind.valid))) == ""


def _make_folder() -> None:
    Path("file.x").mkdir()


def _make_loop() -> None:
    Path("file.x").symlink_to("other.x")
    Path("other.x").symlink_to("file.x")


def _make_huge() -> None:
    with open("file.x", "wb") as file:
        file.truncate(50 * 2**20)


FILES: dict[str, tuple[Callable[[], object], str]] = {
    "a folder": (_make_folder, "not a regular file"),
    "a FIFO": (lambda: os.mkfifo("file.x"), "not a regular file"),
    "a device": (lambda: Path("file.x").symlink_to("/dev/zero"), "not a regular file"),
    "a link to itself": (lambda: Path("file.x").symlink_to("file.x"), "symbolic links|not a regular file"),
    "links in a circle": (_make_loop, "symbolic links|not a regular file"),
    "a broken link": (lambda: Path("file.x").symlink_to("none"), "No such file|not a regular file|no such baseline"),
    "no file": (lambda: None, "No such file|does not exist|no such baseline"),
    "50 MB": (_make_huge, "is larger than"),
}


@EVERY
@pytest.mark.parametrize("case", FILES)
def test_what_is_no_file(kind: Kind, case: str) -> None:
    make, reason = FILES[case]
    make()
    message = check(kind)
    assert message.startswith("file.x"), message
    assert re.search(reason, message), message


BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte that is no UTF-8": (lambda data: data[:30] + b"\xff" + data[30:], "is not UTF-8"),
    "Latin-1": (lambda data: data[:30] + b"\xe9" + data[30:], "is not UTF-8"),
    "half a character": (lambda data: data + b"\xf0\x9f", "is not UTF-8"),
    "a surrogate": (lambda data: data[:30] + b"\xed\xa0\x80" + data[30:], "is not UTF-8"),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), "is not UTF-8"),
    "UTF-32": (lambda data: data.decode().encode("utf-32"), "is not UTF-8"),
    "NUL in front": (lambda data: b"\0" + data, "not (TOML|JSON)"),
    "NUL at the end": (lambda data: data + b"\0", "not (TOML|JSON)"),
    "a second BOM": (lambda data: b"\xef\xbb\xbf" * 2 + data, "not (TOML|JSON)"),
    "a BOM at the end": (lambda data: data + b"\xef\xbb\xbf", "not (TOML|JSON)"),
    "an escape sequence": (lambda data: data + b"\x1b[2J", "not (TOML|JSON)"),
    "a carriage return": (lambda data: data + b"\r\r=", "not (TOML|JSON)"),
    "a program": (lambda _: b"\x7fELF\x02\x01\x01" + bytes(200), "not (TOML|JSON)|not UTF-8"),
    "XML": (lambda _: b"<network/>", "not (TOML|JSON)"),
    "YAML": (lambda _: b"select:\n- all\n", "not (TOML|JSON)"),
    "a conflict": (lambda data: b"<<<<<<< HEAD\n" + data + b"\n=======\n>>>>>>> other\n", "not (TOML|JSON)"),
    "twice": (lambda data: data + b"\n" + data, "not (TOML|JSON)|is used twice"),
    "deep brackets": (lambda _: b"[" * 200_000, "nested too deeply|not TOML"),
    "deep values": (lambda _: b"a = " + b"[" * 100_000 + b"]" * 100_000, "nested too deeply|not JSON"),
    "deep tables": (lambda _: b'{"a":' * 50_000, "nested too deeply|not TOML"),
    "an endless number": (lambda _: b"9" * 200_000, "more than 4300 digits|not TOML"),
    "an endless value": (lambda _: b"a = " + b"9" * 200_000, "more than 4300 digits|not JSON"),
}


@EVERY
@pytest.mark.parametrize("case", BYTES)
def test_bytes_that_are_no_such_text(kind: Kind, case: str) -> None:
    broken, reason = BYTES[case]
    Path("file.x").write_bytes(broken(kind.valid.encode()))
    message = check(kind)
    assert is_placed(message), message
    assert re.search(reason, message), message
    assert "\x1b" not in message


@EVERY
def test_a_byte_order_mark_in_front_is_no_fault(kind: Kind) -> None:
    assert judged(kind, b"\xef\xbb\xbf" + kind.valid.encode()) == ""
    assert judged(kind, kind.valid.replace("\n", "\r\n")) == ""


@EVERY
def test_a_file_cut_anywhere_is_valid_or_refused_with_a_place(kind: Kind) -> None:
    refused = 0
    for at in range(0, len(kind.valid) - 1, 3):
        message = judged(kind, kind.valid[:at])
        # Without its first key, a policy has no place to point at.
        assert not message or is_placed(message) or (at < 5 and message.startswith("file.x: ")), (at, message)
        refused += bool(message)
    assert refused > len(kind.valid) / 20


ODD: list[Any] = [0, -1, 1.5, True, "", "x", "\x1b[2J\n", "é" * 300, [], ["x"], [[]], [{}], {}, {"x": 1}, 10**30]


def _steps(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path of keys and numbers in a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in entries:
        yield (*at, key)
        yield from _steps(each, (*at, key))


PATHS = {kind.name: list(_steps(kind.parse(kind.valid))) for kind in KINDS.values()}


def _parent(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


@EVERY
def test_each_value_of_each_other_type(kind: Kind) -> None:
    """Each place of a valid file with each odd value: valid as well, or refused in one line with a place."""
    original, refused = kind.parse(kind.valid), 0
    for path in PATHS[kind.name]:
        for value in ODD[:: 1 if kind.name == "baseline" else 2]:
            document = copy.deepcopy(original)
            _parent(document, path)[path[-1]] = value
            message = judged(kind, kind.text(document))
            assert not message or is_placed(message), (path, value, message)
            refused += bool(message)
    assert refused > len(PATHS[kind.name])


@EVERY
def test_each_key_gone_and_each_key_misspelt(kind: Kind) -> None:
    original = kind.parse(kind.valid)
    for path in PATHS[kind.name]:
        gone, renamed = copy.deepcopy(original), copy.deepcopy(original)
        parent = _parent(renamed, path)
        del _parent(gone, path)[path[-1]]
        message = judged(kind, kind.text(gone))
        assert not message or is_placed(message) or len(path) == 1, (path, message)
        if isinstance(parent, dict):
            parent[f"{path[-1]}x"] = parent.pop(path[-1])
            message = judged(kind, kind.text(renamed))
            is_free = path[0] == "per-file-ignores"
            assert is_free or is_placed(message), (path, message)
            assert is_free or f"{path[-1]}x" in message or "missing key" in message, (path, message)


@EVERY
def test_each_line_twice(kind: Kind) -> None:
    lines = kind.valid.splitlines(keepends=True)
    for number, line in enumerate(lines):
        message = judged(kind, "".join([*lines[:number], line, *lines[number:]]))
        assert not message or is_placed(message), (line, message)
        if re.match(r'\s*"?[a-z-]+"?( =|:)', line) and not line.rstrip().endswith(("[", "{")):
            assert message, line


@EVERY
@PROPERTY
@given(at=st.integers(0, 2000), gone=st.integers(0, 20), typed=st.binary(max_size=5), moved=st.integers(0, 2000))
def test_any_bytes_anywhere(kind: Kind, at: int, gone: int, typed: bytes, moved: int) -> None:
    data = kind.valid.encode()
    at, moved = at % len(data), moved % len(data)
    piece = data[at : at + gone]
    broken = data[:at] + typed + data[at + gone :]
    broken = broken[:moved] + piece + broken[moved:]
    message = judged(kind, broken)
    assert not message or is_placed(message), message


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@EVERY
@PROPERTY
@given(number=st.integers(0, 1000), other=st.integers(0, 1000), value=VALUES, is_moved=st.booleans())
def test_any_value_anywhere(kind: Kind, number: int, other: int, value: Any, is_moved: bool) -> None:
    paths = PATHS[kind.name]
    document = kind.parse(kind.valid)
    path, source = paths[number % len(paths)], paths[other % len(paths)]
    if is_moved:
        value = copy.deepcopy(_parent(document, source)[source[-1]])
    _parent(document, path)[path[-1]] = value
    text = kind.text(document)
    with suppress(ValueError):
        kind.parse(text)
        message = judged(kind, text)
        assert not message or is_placed(message), message
        return
    assume(False)


def _many(count: int, *items: str) -> str:
    """A list of some items again and again, in TOML."""
    return f"[{', '.join(items * count)}]"


HOSTILE: list[tuple[str, str]] = [
    ("configuration", f"placeholders = ['{'(' * 90}a{')*' * 90}']"),
    ("configuration", "placeholders = " + _many(2000, '"(a|b|c){60}x+"')),
    ("configuration", "placeholders = ['((((a{99}){99}){99}){99}){99}']"),
    ("configuration", f"exclude = ['{'**/' * 5000}x']"),
    ("configuration", f"exclude = ['{'*a' * 5000}b']"),
    ("configuration", "exclude = " + _many(5000, '"**/a/**/b"')),
    ("configuration", f"exclude = ['{'[' * 20000}']"),
    ("configuration", f"include = ['{'*?' * 3000}']"),
    ("configuration", "".join(f"[[overrides]]\nfiles = ['{'*/' * 50}{number}']\n" for number in range(500))),
    ("configuration", "[[overrides]]\nfiles = ['x']\n" * 20_000),
    ("configuration", "[[overrides]]\nfiles = " + _many(100_000, '"x"')),
    ("configuration", "[per-file-ignores]\n" + "".join(f"'{'**/' * 20}{number}' = []\n" for number in range(5000))),
    ("configuration", f"target-libvirt = '{'9' * 100_000}'"),
    ("configuration", f"host = '{'a/' * 200_000}'"),
    ("configuration", f"extend = '{'../' * 100_000}x'"),
    ("configuration", f"baseline = '{'a/' * 100_000}b'"),
    ("configuration", "external = " + _many(100_000, "1")),
    ("configuration", f"ignore = ['{'network' * 100_000}']"),
    ("configuration", f"{'x' * 500_000} = 1"),
    ("configuration", "options.nat-ports-few.enough = 1e99"),
    ("configuration", "options.subnet-not-private.own = " + _many(5000, '"::/0"', '"0.0.0.0/0"')),
    ("configuration", f"options.bridge-named-like-host-bridge.names = ['{'*a' * 5000}b']"),
    ("configuration", "[[expect]]\nfrom = 'a'\nto = 'b'\nverdict = 'allowed'\n" * 10_000 + "port = 0"),
    ("configuration", f"[[expect]]\nfrom = '{'*a' * 100}b'\nto = 'host'\nverdict = 'allowed'\n"),
    ("configuration", "a = '''" + "\n'" * 200_000),
    ("configuration", "a = [\n" * 900),
    ("configuration", "\n".join(f"[severity.a{number}]" for number in range(20_000))),
    ("configuration", "policies = " + _many(50_000, '"x.toml"')),
    ("baseline", "[" * 9_000_000),
    ("baseline", '{"version": 1, "findings": [' + "{}," * 1_500_000 + "{}]}"),
    ("baseline", "{" + ",".join(f'"k{number}":1' for number in range(300_000)) + "}"),
    ("baseline", '{"version": 1, "findings": [{' + ",".join(['"path": "a"'] * 300_000) + "}]}"),
    ("baseline", '{"version": ' + "9" * 5_000_000 + "}"),
    ("baseline", " " * 9_000_000 + "x"),
    ("baseline", "\n" * 9_000_000 + '{"version": 2, "findings": []}'),
    ("baseline", '"' + "\\u0000" * 1_000_000),
    ("baseline", '{"version": 1, "findings": [' + json.dumps({**ENTRY, "path": "../" * 1_000_000, "count": 0}) + "]}"),
    ("baseline", '{"version": 1, "findings": [], "' + "x" * 5_000_000 + '": 1}'),
    ("policy", "rule = [" + "{}," * 60_000 + "]"),
    ("policy", "[[rule]]\n" * 25_000),
    ("policy", "a." * 100_000 + "b = 1"),
    ("policy", f"{'x' * 250_000} = 1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[f"{name}-{text[:24]!r}" for name, text in HOSTILE])
def test_a_hostile_file_ends_soon(name: str, text: str) -> None:
    Path("file.x").write_text(text)
    load.forget()
    kind = KINDS[name]
    isolated = () if name == "configuration" else ("--isolated",)
    with soon():
        ran = Ran("check", *isolated, kind.option, "file.x", "lan.xml")
    assert ran.code in (0, 2), ran.err
    assert ran.err.count("\n") == (1 if ran.code else 0), ran.err
    assert len(ran.err) < 4000
