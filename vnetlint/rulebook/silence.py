"""The rules of a run that report nothing because they are not told what the host has."""

from collections.abc import Collection, Iterable, Mapping

from vnetlint.model import ROOTS
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.hostneeds import NEEDS

Silenced = Mapping[str, tuple[str, ...]]
"""The keys of an inventory that each rule needs, by the rule's name."""


def silenced(
    rules: Iterable[str], catalogue: Catalogue, roots: Collection[str], known: Collection[str] = ()
) -> Silenced:
    """Return the rules that need keys of an inventory, none of which is known.

    Only rules about documents with one of the root elements `roots` count.
    """
    there = {ROOTS[name] for name in roots if name in ROOTS}
    found = (name for name in sorted(rules) if name in NEEDS and not {*NEEDS[name]} & {*known})
    return {name: NEEDS[name] for name in found if any(_document_of(view) in there for view in catalogue[name].on)}


def _document_of(view: type) -> type:
    """Return the type of the document that has a view: parts such as interfaces are in domains."""
    return view if view in ROOTS.values() else ROOTS["domain"]
