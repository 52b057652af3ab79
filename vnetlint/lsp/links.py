"""Links in a document: a network's or filter's name to its file, a suppression to libvirt's documentation."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vnetlint.engine.reading import File
from vnetlint.finding import Span
from vnetlint.lsp.mentions import Mention, mentions_in
from vnetlint.lsp.navigate import Spot, name_of
from vnetlint.model import Filter
from vnetlint.model.domain import FilterRef
from vnetlint.project import Project
from vnetlint.rulebook.catalogue import Catalogue

_IGNORED = re.compile(r"<!--\s*vnetlint:\s*ignore(?:-file)?\[([^\]]*)\]")
_RULE = re.compile(r"[\w-]+")


class NameLink(NamedTuple):
    """A span that leads to a page, or to a place in a file."""

    span: Span
    to: str | Spot


def links(file: File, project: Project, catalogue: Catalogue) -> Iterator[NameLink]:
    """Yield the links of a file, in the order of their kinds."""
    for mention in mentions_in(file.documents):
        if mention.name and not mention.is_definition:
            yield from (NameLink(mention.span, spot) for spot in _defined(mention, project))
    yield from _pages(file, catalogue)


def _defined(mention: Mention, project: Project) -> Iterable[Spot]:
    if mention.kind == "network":
        found = project.networks.named(mention.name, mention.view)
        return [name_of(found)] if found else []
    meant = project.filters.of(FilterRef(mention.node)) if mention.kind == "network filter" else None
    return [name_of(meant)] if isinstance(meant, Filter) else []


def _pages(file: File, catalogue: Catalogue) -> Iterator[NameLink]:
    comments = (comment.span for document in file.first.documents for comment in document.comments)
    for start, end in comments:
        mark = _IGNORED.match(file.source.text, start, end)
        for name in _RULE.finditer(file.source.text, *mark.span(1)) if mark else ():
            url = catalogue[name[0]].page.url if name[0] in catalogue else None
            if url:
                yield NameLink(Span(*name.span()), url)
