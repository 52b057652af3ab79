"""What a document does that its schema does not allow: the gate's quick yes, else the matcher's explanation."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from vnetlint.schema import gate, versions
from vnetlint.schema.compiled import load
from vnetlint.schema.derive import explain
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.sets import schema_for
from vnetlint.version import Version
from vnetlint.xml.tree import Document


def faults(document: Document, folder: Path | None = None) -> tuple[Fault, ...]:
    """Give the faults of a well-formed document of a known kind, in its order; `folder` holds the schemas.

    libxml2's yes is taken, its no is not: it rejects some documents that are valid, and cannot read others. The matcher
    decides on those, and reads the placeholders of a template as whatever would be right.

    Raises GrammarError where a schema is broken.
    """
    return () if gate.is_valid(document, folder) else explained(document, folder)


def explained(document: Document, folder: Path | None = None) -> tuple[Fault, ...]:
    """Return the faults of a document that the gate does not accept. Raises GrammarError."""
    return tuple(explain(document.root, grammar_of(document.root.name, folder)))


def rehearse(document: Document, folder: Path | None = None) -> None:
    """Have the matcher read a document although libxml2 accepts it, for it to know the parts when one gets a fault."""
    explain(document.root, grammar_of(document.root.name, folder))


def newer(document: Document, target: Version, wrong: Iterable[Fault]) -> tuple[tuple[Fault, str], ...]:
    """Give what a version of libvirt does not know yet of a document, each with the version that does.

    What is `wrong` in every version is left out. The project's own schemas tell it, whatever others are in use: those
    of libvirt carry no versions.
    """
    grammar = grammar_of(document.root.name)
    wrong_anyhow = {(fault.kind, fault.span) for fault in wrong}
    found = versions.newer_parts(document.root, grammar, target)
    return tuple(each for each in found if (each[0].kind, each[0].span) not in wrong_anyhow and each[1])


def grammar_of(root: str, folder: Path | None = None) -> Grammar:
    """Give the compiled grammar for a root element."""
    return grammar_at(schema_for(root, folder))


def grammar_at(path: Path) -> Grammar:
    """Give the compiled grammar of a file, which is loaded once. Raises GrammarError."""
    return _loaded(path.absolute())


@cache
def _loaded(path: Path) -> Grammar:
    return load(path)
