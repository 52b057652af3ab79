"""Small grammars and documents for the tests of the matcher."""

from pathlib import Path

from tests.sources import named
from vnetlint.schema.derive import explain
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.rng import compile_grammar
from vnetlint.xml.node import Node
from vnetlint.xml.tree import parse

HEAD = (
    "<grammar xmlns='http://relaxng.org/ns/structure/1.0' "
    "xmlns:a='http://relaxng.org/ns/compatibility/annotations/1.0' xmlns:x='http://example.org/x' "
    "datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>"
)


def rng(body: str) -> str:
    """Return the text of a grammar from its definitions, or from one pattern."""
    if "<start" not in body and "<define" not in body and "<include" not in body:
        body = f"<start>{body}</start>"
    return f"{HEAD}{body}</grammar>"


def grammar(folder: Path, body: str, **others: str) -> Grammar:
    """Return the grammar compiled from definitions and the files that these include."""
    for name, text in others.items():
        (folder / f"{name}.rng").write_text(text if text.startswith("<?") else rng(text), encoding="utf-8")
    (folder / "main.rng").write_text(rng(body), encoding="utf-8")
    return compile_grammar(folder / "main.rng")


def document(text: str) -> Node:
    """The root of a document."""
    return parse(named("test.xml", text))[0].root


def faults(text: str, against: Grammar) -> list[str]:
    """The faults of a document, each as `kind name @ place`, where the place is the text that it is about."""
    return [line(fault) for fault in explain(document(text), against)]


def line(fault: Fault) -> str:
    """A fault in one line."""
    source = fault.node.document.source
    words = f"{fault.kind} {fault.name} at '{source.excerpt(fault.span)}'"
    if fault.expected:
        words += f", expected {' '.join(fault.expected)}"
    if fault.wanted:
        words += f", wanted {fault.wanted}"
    if fault.meant:
        words += f", meant {fault.meant}"
    if fault.allowed_in:
        words += f", allowed in {' '.join(fault.allowed_in)}"
    if fault.related is not None:
        words += f", related to <{fault.related.name}> at {fault.related.start}"
    return words
