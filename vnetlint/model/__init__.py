"""Typed, frozen views of what libvirt's XML says, read lazily from the tree and tolerant of nonsense.

A value that is absent, malformed or a template's placeholder reads as None. The schema reports malformed values, so a
rule that needs the value reports nothing.
"""

from vnetlint.model.domain import Domain, Interface
from vnetlint.model.filter import Filter
from vnetlint.model.network import Network
from vnetlint.model.view import View
from vnetlint.xml.node import Document

ROOTS: dict[str, type[Network | Domain | Filter]] = {"network": Network, "domain": Domain, "filter": Filter}
"""The root elements that vnetlint checks. Other documents are skipped."""

Model = Network | Domain | Filter

__all__ = ["ROOTS", "Domain", "Filter", "Interface", "Model", "Network", "View", "model_of"]


def model_of(document: Document) -> Model | None:
    """Return the view of a document, or None if it is not one of libvirt's networks, domains or network filters.

    libvirt's documents have no default namespace. A root with a namespace only shares the name.
    """
    root = document.root
    view = ROOTS.get(root.name)
    return view(root) if view is not None and "xmlns" not in root.values else None
