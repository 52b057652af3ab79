"""Code lenses: the guests on a network, counted and named above it."""

from collections.abc import Mapping

from lsprotocol import types

from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.client import Client
from vnetlint.lsp.diagnostics import range_of
from vnetlint.lsp.navigate import name_span
from vnetlint.model import Interface, Network
from vnetlint.report.content import plural
from vnetlint.report.display import clean
from vnetlint.xml.source import Source

SHOW_REFERENCES = "vnetlint.showReferences"
"""The command of a client that shows a list of places: it gets the URI, the position and the places."""
MAX_NAMES = 5
"""The most guests that a lens names."""
MAX_PLACES = 500


def lenses_of(judgement: Judgement, analyst: Analyst) -> list[types.CodeLens]:
    """Return a lens for each network of a document, without its title, which takes longer."""
    data = {"uri": judgement.buffer.uri}
    return [
        types.CodeLens(
            range_of(judgement.texts, each.path, name_span(each)), data={**data, "network": number}
        )
        for number, each in enumerate(_networks(judgement, analyst))
    ]  # fmt: skip


def document_of(lens: types.CodeLens) -> str:
    """Return the URI of the document that a lens is in; empty if it is not one of ours."""
    uri = lens.data.get("uri") if isinstance(lens.data, Mapping) else None
    return uri if isinstance(uri, str) else ""


def resolved(lens: types.CodeLens, judgement: Judgement, analyst: Analyst, client: Client) -> types.CodeLens:
    """Return a lens with its title, and with the client's command that shows the guests if it has one."""
    number, networks = _number(lens), _networks(judgement, analyst)
    if number is None or not 0 <= number < len(networks):
        lens.command = types.Command("", "")
        return lens
    network = networks[number]
    interfaces = analyst.project(judgement).guests.interfaces_on(network)
    lens.command = types.Command(_title(interfaces), "")
    if interfaces and client.shows_references:
        places = [_place(each, judgement) for each in interfaces[:MAX_PLACES]]
        lens.command.command = SHOW_REFERENCES
        lens.command.arguments = [judgement.buffer.uri, lens.range.start, places]
    return lens


def _number(lens: types.CodeLens) -> int | None:
    number = lens.data.get("network") if isinstance(lens.data, Mapping) else None
    return number if isinstance(number, int) else None


def _networks(judgement: Judgement, analyst: Analyst) -> list[Network]:
    source = judgement.buffer.input
    models = analyst.memory.models(source, judgement.run.settings) if isinstance(source, Source) else ()
    return [each for each in models if isinstance(each, Network)]


def _title(interfaces: tuple[Interface, ...]) -> str:
    guests = {each.domain.node: clean(each.domain.name or "one without a name") for each in interfaces}
    names = list(dict.fromkeys(guests.values()))
    if not names:
        return "no guests in these files"
    more = "" if len(names) <= MAX_NAMES else f" and {len(names) - MAX_NAMES} more"
    return f"{plural(len(names), 'guest')}: {', '.join(names[:MAX_NAMES])}{more}"


def _place(interface: Interface, judgement: Judgement) -> types.Location:
    path = interface.domain.path
    span = interface.network.value_span if interface.network is not None else interface.node.name_span
    return types.Location(judgement.texts.uri(path), range_of(judgement.texts, path, span))
