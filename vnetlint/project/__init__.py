"""The files of one site, seen together: which network an interface names, who is on it, what exists twice.

A project is what one host holds. Where two files lie in different folders that need not be so, because people keep
several hosts in one repository: `same_host` tells, and rules about collisions speak more softly where it does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vnetlint.model import Domain, Model, View
from vnetlint.project.devices import Devices
from vnetlint.project.filters import Filters
from vnetlint.project.identities import Identities
from vnetlint.project.shares import Shares
from vnetlint.project.subnets import Subnets, Taken
from vnetlint.settings import EXTERNAL_NETWORKS

__all__ = ["EXTERNAL_NETWORKS", "Project", "Taken", "subjects"]


@dataclass(frozen=True, eq=False)
class Project(Filters, Identities, Subnets, Devices, Shares):
    """An index over documents; each question is answered from a table that is built when first asked."""


def subjects(models: Iterable[Model]) -> Iterator[View]:
    """Return every view that a rule may be about: the documents and the guests' NICs."""
    for model in models:
        yield model
        if isinstance(model, Domain):
            yield from model.interfaces
