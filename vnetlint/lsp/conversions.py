"""The actions that convert a network to another mode, as `vnetlint mode` does, with what guests gain or lose."""

from collections.abc import Iterator

from vnetlint.engine.convert import convert
from vnetlint.errors import UserError
from vnetlint.finding import Edit, Span
from vnetlint.interruption import pause
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.differences import differences
from vnetlint.lsp.places import place_at
from vnetlint.model import Network
from vnetlint.reach.differences import gist
from vnetlint.remedies.choose import AIMS, Wish
from vnetlint.xml.source import Source


def conversions(judgement: Judgement, analyst: Analyst, span: Span) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """Yield the title and the edits of each conversion of the network whose mode or name is at a span.

    A mode that needs a bridge or a NIC which nothing names is left out, and so is one that the network has already.
    """
    source, run = judgement.buffer.input, judgement.run
    network = _network_at(judgement, analyst, span.start)
    if network is None or not isinstance(source, Source):
        return
    others = [each.name for each in analyst.memory.models(source, run.settings) if isinstance(each, Network)]
    name = network.name if len(others) > 1 else None
    for aim in AIMS:
        pause()
        try:
            done = convert(source, Wish(aim), name, run.settings, run.context, analyst.memory)
        except UserError:
            continue
        if done.changes:
            what = gist(done.before, done.after, run.settings.host)
            title = f"Convert to {aim}: {what or 'nobody reaches more or less'}"
            edits = differences(source.text, done.text.text)
            yield title, tuple(Edit(source.path, *each) for each in edits)


def _network_at(judgement: Judgement, analyst: Analyst, offset: int) -> Network | None:
    source = judgement.buffer.input
    if not isinstance(source, Source):
        return None
    file = analyst.memory.read(source, judgement.run.settings)
    place = place_at(file.first.documents, offset)
    if place is None or file.fault is not None:
        return None
    found = (each for each in file.models if isinstance(each, Network) and each.node.document is place.node.document)
    network = next(found, None)
    if network is None:
        return None
    forward = network.forward.node if network.forward is not None else None
    return network if place.node in (network.node, network.node.child("name"), forward) else None
