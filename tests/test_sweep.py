"""Many files: their facts, several processes and earlier runs find what reading every tree at once finds."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnetlint.cache.codec import ForeignValueError, finding_of, plain_finding, result_of, written_result
from vnetlint.cache.facts import facts_of, written_facts
from vnetlint.engine import jobs, reading, sweep
from vnetlint.engine.lint import lint
from vnetlint.engine.settled import FileFacts, facts_at_a_glance
from vnetlint.engine.sweep import Sweep
from vnetlint.files.read import read, read_later
from vnetlint.inputkey import StreamKey
from vnetlint.result import Result
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings
from vnetlint.testing.cases import PageExample, bad_case, good_cases
from vnetlint.xml import later
from vnetlint.xml.later import ChangedError, LaterSource
from vnetlint.xml.source import Input, Source

FACTS = 0
"""The value of FEW with which every file is known by its facts."""


class Kept:
    """Facts as a cache keeps them: as bytes."""

    def __init__(self) -> None:
        self.facts: dict[str, bytes] = {}

    def get(self, sources: Iterable[Source]) -> Mapping[str, FileFacts]:
        """Return the facts that are known, by path."""
        return {each.path: facts_of(self.facts[each.path]) for each in sources if each.path in self.facts}

    def put(self, found: Iterable[tuple[Source, FileFacts]]) -> None:
        """Keep the facts of files."""
        self.facts |= {source.path: written_facts(facts) for source, facts in found}


def examples() -> list[tuple[str, PageExample]]:
    found = []
    for rule in builtin():
        bad = bad_case(rule)
        found += [(rule.name, each) for each in (*([bad] if bad else ()), *good_cases(rule))]
    return found


def shown(result: Result) -> tuple[object, ...]:
    return (
        result.findings, result.suppressed, dict(result.foreign), result.roots, list(result.rules),
        [each.path for each in result.unreadable], list(result.sources), list(result.context),
    )  # fmt: skip


EXAMPLES = examples()


@pytest.mark.parametrize("part", [32, *(pytest.param(part, marks=pytest.mark.slow) for part in range(8))])
def test_facts_find_in_every_example_of_the_pages_what_trees_find(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "FEW", FACTS)
    for name, example in EXAMPLES[::32] if part == 32 else EXAMPLES[part::8]:
        inputs = example._inputs()
        alike = shown(lint(inputs, example.settings))
        kept = Kept()
        assert shown(lint(inputs, example.settings, memory=Sweep(kept))) == alike, name
        assert shown(lint(inputs, example.settings, memory=Sweep(kept))) == alike, f"{name}, known"
        result = lint(inputs, example.settings)
        beside = {each.file.path: each.file for each in example.settings.expectations}
        assert shown(result_of(written_result(result), inputs, beside)) == alike, f"{name}, written"


NETWORK = "<network><name>n{0}</name><bridge name='br'/><ip address='10.{0}.0.1' prefix='24'/></network>\n"
GUEST = """<domain type='kvm'>
  <name>g{0}</name>
  <!-- vnetlint: ignore[duplicate-mac] on purpose -->
  <devices>
    <disk type='file'/>
    <interface type='network'><mac address='52:54:00:00:00:0{1}'/><source network='n{0}'/></interface>
  </devices>
</domain>
"""
BRIDGED = "<network><name>b</name><forward mode='bridge'/><bridge name='br0'/><ip address='10.0.0.1'/></network>"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files of every kind: collisions, suppressions, a template, a fault, foreign XML, and one that is unreadable."""
    monkeypatch.chdir(tmp_path)
    # Files of other tests have the same names and texts.
    monkeypatch.setattr(later, "_read_again", later._read_again.__wrapped__)
    texts = {
        **{f"n{number}.xml": NETWORK.format(number) for number in range(4)},
        **{f"g{number}.xml": GUEST.format(number, number % 3) for number in range(6)},
        "bridged.xml": BRIDGED,
        "template.xml.j2": NETWORK.format("{{ number }}").replace("br'", "{% if a %}x{% else %}br{% endif %}'"),
        "broken.xml": "<network><name>x</name>",
        "foreign.xml": "<project/>",
        "several.xml": NETWORK.format(7) + NETWORK.format(8),
        "entity.xml": "<!DOCTYPE network [<!ENTITY a 'b'>]><network><name>&a;</name></network>",
    }
    for name, text in texts.items():
        Path(name).write_text(text, "utf-8")
    Path("binary.xml").write_bytes(b"<network>\xff\xfe</network>")
    return sorted((*texts, "binary.xml"))


def test_texts_that_are_read_again_change_nothing(site: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    expected = shown(lint(map(read, site), Settings()))
    monkeypatch.setattr(sweep, "FEW", FACTS)
    unread: list[Input] = [read_later(path) for path in site]
    found = lint(unread, Settings(), memory=Sweep())
    assert shown(found) == expected
    assert found.findings
    assert found.suppressed
    for each in (source for source in unread if isinstance(source, LaterSource)):
        again = read(each.path)
        assert isinstance(again, Source)
        assert (each.text, each.encode(), each.lines.starts) == (again.text, again.encode(), again.lines.starts)
        assert (each.masked, each.is_template) == (again.masked, again.is_template)


PIECES = st.sampled_from(
    [
        "<?xml version='1.0'?>", "<!-- a -- b -->", "<!-- <network> -->", "<!DOCTYPE a>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<!DOCTYPE a [<!ENTITY b '<network/>'>]>",
        "<project>", "</project>", "<network>", "</network>", "<network/>",
        "<networks/>", "<network-manager/>", "<domain type='kvm'>", "<a:b/>", "<filter\n", "<{{ kind }}>", "{% if a %}",
        "{% endif %}", "${a}", "\n", " ", "text", "<![CDATA[<network>]]>", "vnetlint: ignore[x]", "&b;", "<", ">", "\0",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=7).map("".join))
def test_what_a_glance_shows_is_what_reading_shows(text: str) -> None:
    source = Source(StreamKey("a.xml"), text)
    facts = facts_at_a_glance(source)
    if facts is not None:
        file = reading.read(source, None)
        assert (file.is_ours, file.roots[0]) == (False, facts.roots[0])


@pytest.mark.parametrize(
    "text",
    [
        "<project/>", "<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE a>\n<project>\n</project>\n", "<networks>\n",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<project a='${b}'>\n",
    ],
)  # fmt: skip
def test_other_xml_is_known_at_a_glance(text: str) -> None:
    assert facts_at_a_glance(Source(StreamKey("a.xml"), text)) is not None


def test_a_file_that_changes_meanwhile_is_an_error(site: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "FEW", FACTS)
    unread = [read_later(path) for path in site]
    Path("g1.xml").write_text("<domain/>")
    with pytest.raises(ChangedError, match=r"g1\.xml: the file changed while it was checked; check it again"):
        lint(unread, Settings(), memory=Sweep())


@pytest.mark.parametrize("few", [FACTS, 4000])
@pytest.mark.parametrize("count", [2, 3])
def test_several_processes_find_what_one_finds(
    site: list[str], count: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = shown(lint(map(read, site), Settings()))
    monkeypatch.setattr(sweep, "FEW", few)
    monkeypatch.setattr(jobs, "ENOUGH", 1)
    monkeypatch.setattr(jobs, "_AT_ONCE", 2)
    kept = Kept()
    assert shown(lint(map(read, site), Settings(), memory=Sweep(kept, jobs=count))) == expected
    # What cannot be read has no facts, and of few files those of other XML take no longer to find than to look up.
    assert {*site} - kept.facts.keys() == {"binary.xml", *(["foreign.xml"] if few else [])}
    assert shown(lint(map(read, site), Settings(), memory=Sweep(kept, jobs=count))) == expected


def test_what_fails_in_a_process_fails_here(site: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ENOUGH", 1)
    monkeypatch.setattr(sweep, "FEW", FACTS)
    unread = [read_later(path) for path in site]
    Path("n1.xml").unlink()
    with pytest.raises(ChangedError):
        lint(unread, Settings(), memory=Sweep(jobs=2))


def test_findings_are_written_and_read(site: list[str]) -> None:
    for finding in lint(map(read, site), Settings(rules=frozenset({"all"}))).findings:
        assert finding_of(json.loads(json.dumps(plain_finding(finding)))) == finding


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"1e400",
        b"[" * 100_000,
        b'[[],[],{},[],[],["missing.xml"]]',
        b'[[["r"]],[],{},[],[],[]]',
        b'[[["r","c","p",5,1,"e","m","error","never",null,"high",[],[]]],[],{},[],[],[]]',
        b'[[["r","c","p",1,5,"e","m","fatal","never",null,"high",[],[]]],[],{},[],[],[]]',
        b'[[["r","c","p",1,5,"e","m","error","never",null,"high",[["t",[[["p",0,true,"x"]],"safe",""]]],[]]],[],{},[],[],[]]',
        b"[[],[],[],[],[],[]]",
        b'[[],[],{"a":1},[],[],[]]',
        b'[[],[],{},[["name"]],[],[]]',
        b"\xff\xfe",
    ],
)
def test_what_is_no_result_is_not_taken_for_one(value: bytes) -> None:
    with pytest.raises(ForeignValueError):
        result_of(value, (), {})


@pytest.mark.parametrize(
    "value",
    [
        b"[]",
        b'[[],["network"],true,false,[[0,"-1 network",[],[0,1,2,3]]]]',
        b'[[],["network"],true,false,[[0,"-1 network",[""],[0,1,2]]]]',
        b'[[],["network"],true,false,[["a","-1 network",[""],[0,1,2,3]]]]',
        b'[[],["network"],true,false,[[0,"-1 network",[""],[0,1,2,"x"]]]]',
        b'[[],["network"],true,false,[[0,"-1 network",[1],[0,1,2,3]]]]',
        b"[[],[1],true,false,[]]",
        b"[" * 100_000,
    ],
)
def test_what_are_no_facts_is_not_taken_for_them(value: bytes) -> None:
    with pytest.raises(ForeignValueError):
        facts_of(value)
