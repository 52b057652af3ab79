"""The faults of a document by its schema: none if the gate accepts it, else those that the matcher finds."""

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
from vnetlint.xml.node import Document


def faults(document: Document, folder: Path | None = None) -> tuple[Fault, ...]:
    """Return the faults of a well-formed document in the order of their places; `folder` holds the schemas.

    libxml2 is trusted if it accepts a document. It rejects some valid documents and cannot read others, so the matcher
    decides on those. In a template, a placeholder satisfies every datatype.

    Raises GrammarError if a schema is broken, and KeyError if the root has none.
    """
    return () if gate.is_valid(document, folder) else explained(document, folder)


def explained(document: Document, folder: Path | None = None) -> tuple[Fault, ...]:
    """Return the faults of a document that the gate does not accept. Raises GrammarError."""
    return tuple(explain(document.root, grammar_of(document.root.name, folder)))


def rehearse(document: Document, folder: Path | None = None) -> None:
    """Match a document that libxml2 accepts, so that the matcher knows its parts once an edit makes one faulty."""
    explain(document.root, grammar_of(document.root.name, folder))


def newer(document: Document, target: Version, wrong: Iterable[Fault]) -> tuple[tuple[Fault, str], ...]:
    """Return the faults of a document in an older libvirt, `target`, each with the version that introduced the part.

    What is `wrong` in every version is left out. The project's own schemas are used in any case, because libvirt's
    have no versions.
    """
    grammar = grammar_of(document.root.name)
    wrong_anyhow = {(fault.kind, fault.span) for fault in wrong}
    found = versions.newer_parts(document.root, grammar, target)
    return tuple(each for each in found if (each[0].kind, each[0].span) not in wrong_anyhow and each[1])


def grammar_of(root: str, folder: Path | None = None) -> Grammar:
    """Return the compiled grammar for a root element. Raises GrammarError, or KeyError if the root has none."""
    return grammar_at(schema_for(root, folder))


def grammar_at(path: Path) -> Grammar:
    """Return the compiled grammar of a file, loaded once per process. Raises GrammarError."""
    return _loaded(path.absolute())


@cache
def _loaded(path: Path) -> Grammar:
    return load(path)
