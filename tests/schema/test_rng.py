"""Loading RELAX NG: every construct of its XML syntax, errors with their place, and the compiled form in the cache."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.schema.grammars import document, grammar, rng
from vnetlint.schema import grammar as grammars
from vnetlint.schema.compiled import load
from vnetlint.schema.derive import matches
from vnetlint.schema.grammar import Grammar, GrammarError
from vnetlint.schema.pattern import ElementPattern


def check(against: Grammar, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not matches(document(text), against)] == []
    assert [text for text in bad if matches(document(text), against)] == []


CONSTRUCTS = {
    "group": (
        "<element name='r'><element name='a'><empty/></element><element name='b'><empty/></element></element>",
        ["<r><a/><b/></r>", "<r> <a/>\n<!-- c --><b></b> </r>"],
        ["<r/>", "<r><b/><a/></r>", "<r><a/></r>", "<r><a/>x<b/></r>", "<q/>", "<r><a/><b/><b/></r>"],
    ),
    "interleave": (
        "<element name='r'><interleave><element name='a'><empty/></element><oneOrMore><element name='b'><empty/>"
        "</element></oneOrMore></interleave></element>",
        ["<r><a/><b/></r>", "<r><b/><a/><b/></r>"],
        ["<r><b/></r>", "<r><a/></r>", "<r><a/><a/><b/></r>"],
    ),
    "interleave of groups": (
        "<element name='r'><interleave><group><element name='a'><empty/></element><element name='b'><empty/></element>"
        "</group><element name='c'><empty/></element></interleave></element>",
        ["<r><a/><b/><c/></r>", "<r><a/><c/><b/></r>", "<r><c/><a/><b/></r>"],
        ["<r><b/><a/><c/></r>", "<r><a/><b/></r>"],
    ),
    "choice": (
        "<element name='r'><choice><value>x</value><element name='a'><empty/></element><empty/></choice></element>",
        ["<r>x</r>", "<r> x </r>", "<r><a/></r>", "<r/>", "<r>  </r>"],
        ["<r>y</r>", "<r>x<a/></r>", "<r><a/><a/></r>"],
    ),
    "repetition": (
        "<element name='r'><zeroOrMore><element name='a'><empty/></element><optional><element name='b'><empty/>"
        "</element></optional></zeroOrMore></element>",
        ["<r/>", "<r><a/></r>", "<r><a/><b/><a/><a/><b/></r>"],
        ["<r><b/></r>", "<r><a/><b/><b/></r>"],
    ),
    "mixed": (
        "<element name='r'><mixed><optional><element name='a'><text/></element></optional></mixed></element>",
        ["<r>x<a>y</a>z</r>", "<r/>", "<r><![CDATA[<]]></r>"],
        ["<r><a/><a/></r>", "<r><b/></r>"],
    ),
    "text before an element": (
        "<element name='r'><group><text/><element name='a'><empty/></element></group></element>",
        ["<r>x<a/></r>", "<r><a/></r>"],
        ["<r><a/>x</r>"],
    ),
    "attributes": (
        "<element name='r'><attribute name='a'/><optional><attribute name='b'><data type='int'/></attribute></optional>"
        "<empty/></element>",
        ["<r a=''/>", "<r b='1' a='x'/>", "<r xmlns:p='u' a='x'/>"],
        ["<r/>", "<r a='' b='x'/>", "<r a='' c=''/>"],
    ),
    "attributes that choose": (
        "<element name='r'><choice><group><attribute name='t'><value>x</value></attribute><element name='a'><empty/>"
        "</element></group><group><attribute name='t'><value>y</value></attribute><attribute name='u'/></group>"
        "</choice></element>",
        ["<r t='x'><a/></r>", "<r u='1' t='y'/>"],
        ["<r t='x' u='1'><a/></r>", "<r t='y'/>", "<r t='x'/>", "<r t='z'/>"],
    ),
    "any attributes": (
        "<element name='r'><zeroOrMore><attribute><anyName><except><name>b</name></except></anyName></attribute>"
        "</zeroOrMore></element>",
        ["<r/>", "<r a='1' c='2'/>"],
        ["<r b='1'/>"],
    ),
    "list": (
        "<element name='r'><list><data type='int'/><zeroOrMore><choice><value>x</value><value>y</value></choice>"
        "</zeroOrMore></list></element>",
        ["<r>1</r>", "<r> 1  x\ny </r>"],
        ["<r/>", "<r>x</r>", "<r>1 2</r>"],
    ),
    "values of a type": (
        "<element name='r'><attribute name='a'><choice><value type='integer'>1</value><value type='string'> x</value>"
        "<value>b c</value></choice></attribute></element>",
        ["<r a='01'/>", "<r a=' x'/>", "<r a=' b  c'/>"],
        ["<r a='x'/>", "<r a='2'/>", "<r a='bc'/>"],
    ),
    "a type but for some": (
        "<element name='r'><data type='integer'><param name='minInclusive'>0</param><except><value>0</value>"
        "<value type='integer'>7</value></except></data></element>",
        ["<r>1</r>", "<r>00</r>"],
        ["<r>0</r>", "<r>07</r>", "<r>-1</r>", "<r/>"],
    ),
    "empty text": (
        "<element name='r'><data type='string'/></element>",
        ["<r/>", "<r>x</r>", "<r> </r>"],
        ["<r><a/></r>"],
    ),
    "empty text where an element has to be": (
        "<element name='r'><choice><element name='a'><empty/></element><data type='int'/></choice></element>",
        ["<r><a/></r>", "<r>1</r>", "<r> <a/> </r>"],
        ["<r/>", "<r>1<a/></r>"],
    ),
    "namespaces": (
        "<element ns='u' name='r'><element name='a'><attribute name='k'/><attribute ns='v' name='l'/></element>"
        "<element name='x:b'><empty/></element></element>",
        ["<p:r xmlns:p='u' xmlns:q='v' xmlns:x='http://example.org/x'><p:a k='' q:l=''/><x:b/></p:r>",
         "<r xmlns='u'><a k='' p:l='' xmlns:p='v'/><b xmlns='http://example.org/x'/></r>"],
        ["<r><a k=''/></r>", "<r xmlns='u' xmlns:p='v'><a p:k='' p:l=''/><b xmlns='http://example.org/x'/></r>"],
    ),
    "names by class": (
        "<element name='r'><zeroOrMore><element><choice><name>a</name><nsName ns='u'><except><name ns='u'>n</name>"
        "</except></nsName></choice><empty/></element></zeroOrMore></element>",
        ["<r><a/><x xmlns='u'/></r>"],
        ["<r><b/></r>", "<r><n xmlns='u'/></r>"],
    ),
    "anything": (
        "<start><element name='r'><ref name='any'/></element></start><define name='any'><zeroOrMore><choice><element>"
        "<anyName/><ref name='any'/></element><attribute><anyName/></attribute><text/></choice></zeroOrMore></define>",
        ["<r/>", "<r a='1'>x<b><c d=''/></b></r>", "<r><p:b xmlns:p='u' p:a=''/></r>"],
        ["<s/>"],
    ),
    "recursion": (
        "<start><ref name='a'/></start><define name='a'><element name='a'><optional><ref name='a'/></optional>"
        "</element></define>",
        ["<a><a><a/></a></a>"],
        ["<a><a/><a/></a>"],
    ),
    "notAllowed": (
        "<element name='r'><choice><notAllowed/><group><notAllowed/><element name='a'><empty/></element></group>"
        "<element name='b'><empty/></element></choice></element>",
        ["<r><b/></r>"],
        ["<r><a/></r>", "<r/>"],
    ),
    "combine by choice": (
        "<start combine='choice'><element name='a'><empty/></element></start><start combine='choice'><element name='b'>"
        "<ref name='d'/></element></start><define name='d' combine='choice'><notAllowed/></define><define name='d'>"
        "<value>1</value></define>",
        ["<a/>", "<b>1</b>"],
        ["<b/>"],
    ),
    "combine by interleave": (
        "<start><element name='r'><ref name='d'/></element></start><define name='d' combine='interleave'>"
        "<element name='a'><empty/></element></define><define name='d' combine='interleave'><element name='b'><empty/>"
        "</element></define>",
        ["<r><a/><b/></r>", "<r><b/><a/></r>"],
        ["<r><a/></r>"],
    ),
    "nested grammars": (
        "<start><element name='r'><grammar><start><group><ref name='d'/><parentRef name='d'/></group></start>"
        "<define name='d'><element name='a'><empty/></element></define></grammar></element></start>"
        "<define name='d'><element name='b'><empty/></element></define>",
        ["<r><a/><b/></r>"],
        ["<r><a/></r>", "<r><b/><a/></r>"],
    ),
    "div and foreign markup": (
        "<div><x:note>hello</x:note><start x:k='v'><x:y/><element name='r' x:z=''><a:documentation>d</a:documentation>"
        "<empty/></element></start></div>",
        ["<r/>"],
        ["<r a=''/>"],
    ),
    "several roots": (
        "<start><choice><element name='a'><empty/></element><element name='b'><empty/></element></choice></start>",
        ["<a/>", "<b/>"],
        ["<c/>"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_constructs(name: str, tmp_path: Path) -> None:
    body, good, bad = CONSTRUCTS[name]
    check(grammar(tmp_path, body), good, bad)


@pytest.mark.oracle
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_jing_agrees(name: str, tmp_path: Path) -> None:
    body, good, bad = CONSTRUCTS[name]
    grammar(tmp_path, body)
    files = {tmp_path / f"{number}.xml": text for number, text in enumerate((*good, *bad))}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    command = ["jing", str(tmp_path / "main.rng"), *map(str, files)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert [text for file, text in files.items() if f"{file}:" not in said] == good


def test_includes_with_overrides(tmp_path: Path) -> None:
    made = grammar(
        tmp_path,
        "<include href='base.rng'><div><define name='b'><element name='B'><empty/></element></define></div></include>"
        "<define name='c' combine='choice'><element name='C'><empty/></element></define>",
        base="<start><element name='r'><ref name='a'/><ref name='b'/><ref name='c'/></element></start>"
        "<define name='a'><element name='a'><empty/></element></define>"
        "<define name='b'><element name='b'><empty/></element></define>"
        "<define name='c' combine='choice'><notAllowed/></define>",
    )
    check(made, ["<r><a/><B/><C/></r>"], ["<r><a/><b/><C/></r>"])


def test_overridden_start_and_namespace_of_the_including_file(tmp_path: Path) -> None:
    made = grammar(
        tmp_path,
        "<div ns='u'><include href='base.rng'><start><ref name='a'/></start></include></div>",
        base="<start><notAllowed/></start><define name='a'><element name='a'><empty/></element></define>",
    )
    check(made, ["<a xmlns='u'/>"], ["<a/>"])


def test_external_references(tmp_path: Path) -> None:
    made = grammar(
        tmp_path,
        "<element name='r'><oneOrMore><externalRef href='one.rng'/></oneOrMore></element>",
        one="<?xml version='1.0'?><element xmlns='http://relaxng.org/ns/structure/1.0' name='a'><text/></element>",
    )
    check(made, ["<r><a/><a>x</a></r>"], ["<r/>"])


def test_annotations_are_kept(tmp_path: Path) -> None:
    made = grammar(
        tmp_path,
        "<element name='r' x:since='1.0'><a:documentation>The\n  root.</a:documentation><attribute name='k' "
        "x:since='2'><a:documentation>Key.</a:documentation><choice><value x:since='3'>x</value>"
        "<a:documentation>Ex.</a:documentation><value>y</value></choice></attribute></element>",
    )
    kept = grammars.read(json.loads(json.dumps(grammars.write(made))))
    for each in (made, kept):
        (root,) = each.by_name["r"]
        assert root.notes.documentation == "The root."
        assert root.notes.get("since") == "1.0"
        (key,) = each.algebra.attributes(each.content(root), "k")
        assert (key.notes.documentation, key.notes.get("since")) == ("Key.", "2")
        values = {value.value: value.notes for value in key.content.parts()}  # type: ignore[attr-defined]
        assert (values["x"].get("since"), values["x"].documentation, values["y"].documentation) == ("3", "Ex.", "")


BROKEN = [
    ("<start><ref name='a'/></start>", "'a' is not defined", 1),
    ("<define name='a'><empty/></define>", "no <start>", 1),
    ("<start>\n<ref name='a'/></start><define name='a'>\n<ref name='a'/></define>", "refers to itself", 3),
    ("<start><element><empty/></element></start>", "no name|is not a name", 1),
    ("<start>\n<bogus/></start>", "<bogus> is not a pattern", 2),
    ("<bogus/><start><empty/></start>", "not allowed in a <grammar>", 1),
    ("<start><element name='a'/></start>", "<element> is empty", 1),
    ("<start><element name='q:a'><empty/></element></start>", "prefix 'q' is not declared", 1),
    ("<start><element name='a'><data type='integr'/></element></start>", "'integr' is not a type", 1),
    ("<start><element name='a'><value type='int'>x</value></element></start>", "not a value of the type int", 1),
    ("<start><element name='a'>\n<data type='int'><param name='q'>1</param></data></element></start>", "parameter", 2),
    ("<start><ref name='a'/></start><define name='a'><empty/></define>\n<define name='a'><text/></define>", "twice", 2),
    ("<start combine='both'><empty/></start>", "combine by", 1),
    ("<start><include href='x'/></start>", "not a pattern", 1),
    ("<start><element name='a'><externalRef href='none.rng'/></element></start>", "cannot be read", 1),
    ("<start><element name='a'><externalRef href='http://example.org/x'/></element></start>", "nothing is fetched", 1),
    ("<include href='main.rng'/>", "includes itself|no <start>", 1),
    ("<start><parentRef name='a'/></start>", "no grammar around", 1),
    ("<start><element name='a'><empty/></element><text/></start>", "holds one pattern", 1),
    ("<start><text/></start>", "start of a grammar", 0),
    ("<start><element name='r'><attribute name='a'/><attribute name='a'/></element></start>", "asked for twice", 0),
    ("<start><element name='r'><interleave><element name='a'><empty/></element><element name='a'><text/></element>"
     "</interleave></element></start>", "take the element 'a'", 0),
    ("<start><element name='r'><interleave><text/><mixed><empty/></mixed></interleave></element></start>", "text", 0),
    ("<start><element name='r'><attribute><anyName/></attribute></element></start>", "wildcard", 0),
    ("<start><element name='r'><data type='int'/><element name='a'><empty/></element></element></start>", "all of", 0),
    ("<start><element name='r'><list><element name='a'><empty/></element></list></element></start>", "<list>", 0),
    ("<start><element name='r'><attribute name='b'><attribute name='a'/></attribute></element></start>", "cannot", 0),
    ("<start><element name='r'><oneOrMore><group><attribute name='a'/><element name='b'><empty/></element></group>"
     "</oneOrMore></element></start>", "repeated group", 0),
    ("<start><element name='r'><oneOrMore><data type='int'/></oneOrMore></element></start>", "outside of a <list>", 0),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message", "line"), BROKEN)
def test_broken_grammars(body: str, message: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=message) as caught:
        grammar(tmp_path, body)
    assert caught.value.path.endswith("main.rng")
    assert caught.value.line == line


@pytest.mark.oracle
def test_jing_rejects_them_too(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text("<r/>", encoding="utf-8")
    for body, _, _ in BROKEN:
        if "example.org" in body:
            continue  # jing would ask the network
        (tmp_path / "main.rng").write_text(rng(body), encoding="utf-8")
        command = ["jing", str(tmp_path / "main.rng"), str(tmp_path / "r.xml")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1, body
        assert "r.xml" not in done.stdout + done.stderr, body


def test_other_broken_files(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"none\.rng: the grammar cannot be read"):
        load(tmp_path / "none.rng", tmp_path / "cache")
    (tmp_path / "half.rng").write_text("<grammar>\n<start>", encoding="utf-8")
    with pytest.raises(GrammarError, match=r"half\.rng:2: not well formed"):
        load(tmp_path / "half.rng", tmp_path / "cache")
    (tmp_path / "other.rng").write_text("<html/>", encoding="utf-8")
    with pytest.raises(GrammarError, match="not a RELAX NG pattern"):
        load(tmp_path / "other.rng", tmp_path / "cache")
    deep = "<group>" * 240 + "<empty/>" + "</group>" * 240
    chain = "".join(
        f"<define name='a{n}'><choice><text/><group><ref name='a{n + 1}'/></group></choice></define>"
        for n in range(2000)
    )
    grammar(tmp_path, f"<element name='r'>{deep}</element>")
    with pytest.raises(GrammarError, match="nested too deeply"):
        grammar(tmp_path, f"<start><element name='r'><ref name='a0'/></element></start>{chain}"
                          "<define name='a2000'><empty/></define>")  # fmt: skip


def test_the_cache_is_used_and_rebuilt_when_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.rng").write_text(rng("<include href='base.rng'/>"), encoding="utf-8")
    base = tmp_path / "base.rng"
    base.write_text(rng("<element name='a'><empty/></element>"), encoding="utf-8")
    cache = tmp_path / "cache"
    check(load(tmp_path / "main.rng", cache), ["<a/>"], ["<b/>"])
    (kept,) = cache.iterdir()
    assert set(json.loads(kept.read_text(encoding="utf-8"))) >= {"format", "files", "nodes"}
    monkeypatch.setattr("vnetlint.schema.rng.compile_grammar", lambda *_: pytest.fail("compiled although it is cached"))
    check(load(tmp_path / "main.rng", cache), ["<a/>"], ["<b/>"])
    monkeypatch.undo()
    base.write_text(rng("<element name='b'><empty/></element>"), encoding="utf-8")
    check(load(tmp_path / "main.rng", cache), ["<b/>"], ["<a/>"])


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"format":1}', "null", "\x00", '{"format":1,"files":[],"nodes":3}']
)
def test_a_damaged_cache_is_compiled_again(content: str, tmp_path: Path) -> None:
    (tmp_path / "main.rng").write_text(rng("<element name='a'><empty/></element>"), encoding="utf-8")
    cache = tmp_path / "cache"
    load(tmp_path / "main.rng", cache)
    (kept,) = cache.iterdir()
    kept.write_text(content, encoding="utf-8")
    check(load(tmp_path / "main.rng", cache), ["<a/>"], ["<b/>"])


def test_nothing_is_cached_if_the_cache_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "main.rng").write_text(rng("<element name='a'><empty/></element>"), encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    check(load(tmp_path / "main.rng", tmp_path / "file" / "cache"), ["<a/>"], [])


def test_equal_patterns_are_one(tmp_path: Path) -> None:
    made = grammar(tmp_path, "<element name='r'><choice><attribute name='a'/><attribute name='a'/></choice></element>")
    (root,) = made.by_name["r"]
    assert isinstance(root, ElementPattern)
    assert len(made.algebra.attributes(made.content(root), "a")) == 1


def test_what_was_learned_from_documents_is_forgotten_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"e{number}" for number in range(40)]
    body = "".join(f"<optional><element name='{name}'><empty/></element></optional>" for name in names)
    made = grammar(tmp_path, f"<element name='r'><interleave>{body}</interleave></element>")
    monkeypatch.setattr(grammars, "_MAX_REMEMBERED", 2000)
    for turn in range(100):
        order = names[turn % 40 :] + names[: turn % 40]
        text = "<r>" + "".join(f"<{name}/>" for name in order[::-1]) + "</r>"
        assert matches(document(text), made)
        assert not matches(document(text.replace("<e1/>", "<e1/><e1/>")), made)
    assert made.algebra.size < 6000


def test_a_large_grammar_compiles_in_time_that_grows_with_its_size(tmp_path: Path) -> None:
    def seconds(size: int) -> float:
        body = "".join(
            f"<define name='d{n}'><element name='e{n}'><attribute name='a'/><interleave><optional>"
            f"<ref name='d{n + 1}'/></optional><text/></interleave></element></define>"
            for n in range(size)
        )
        last = f"<define name='d{size}'><element name='z'><empty/></element></define>"
        choice = "".join(f"<ref name='d{n}'/>" for n in range(size))
        started = time.process_time()
        root = f"<element name='r'><zeroOrMore><choice>{choice}</choice></zeroOrMore></element>"
        grammar(tmp_path, f"<start>{root}</start>{body}{last}")
        return time.process_time() - started

    seconds(200)
    assert seconds(2000) < 12 * max(seconds(500), 0.02)
