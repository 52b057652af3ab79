"""Typed, frozen views of what libvirt's XML says, read lazily from the tree and tolerant of nonsense.

A value that is absent, malformed or a template's placeholder reads as None: whether it is malformed is the schema's to
say, and a rule that needs it has nothing to say.
"""

from vnetlint.model.domain import Domain, Interface
from vnetlint.model.filter import Filter
from vnetlint.model.network import Network
from vnetlint.model.view import View
from vnetlint.xml.tree import Document

ROOTS: dict[str, type[Network | Domain | Filter]] = {"network": Network, "domain": Domain, "filter": Filter}
"""The root elements that vnetlint judges; every other document is somebody else's."""

Model = Network | Domain | Filter

__all__ = ["ROOTS", "Domain", "Filter", "Interface", "Model", "Network", "View", "model_of"]


def model_of(document: Document) -> Model | None:
    """Give the view of a document, or None where it is not one of libvirt's networks, domains or network filters.

    libvirt's documents have no default namespace; a root that has one only shares the name.
    """
    root = document.root
    view = ROOTS.get(root.name)
    return view(root) if view is not None and "xmlns" not in root.attributes else None
