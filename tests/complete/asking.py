"""Short ways to ask what is offered at `‸`, and to insert it."""

from vnetlint.complete.offers import Knowledge, Offer, Offers, offers_at
from vnetlint.complete.pieces import plain
from vnetlint.complete.place import TypedPlace, place_of
from vnetlint.finding import Span
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.model.domain import Domain
from vnetlint.model.filter import Filter
from vnetlint.model.network import Network
from vnetlint.project import Project
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

CURSOR = "‸"
NOTHING = Knowledge()


def cut(text: str) -> tuple[Source, int]:
    """Return the text without the cursor, and its offset."""
    before, after = text.split(CURSOR)
    return Source(FileKey("site/a.xml"), before + after), len(before)


def place(text: str) -> TypedPlace | None:
    """Return the place of the cursor."""
    return place_of(*cut(text))


def offers(text: str, knowledge: Knowledge = NOTHING) -> Offers:
    """Return what is offered, which may be nothing."""
    source, offset = cut(text)
    return offers_at(source, offset, knowledge) or Offers("content", Span(0, 0), ())


def labels(text: str, knowledge: Knowledge = NOTHING) -> list[str]:
    """Return the labels of what is offered."""
    return [each.label for each in offers(text, knowledge).items]


def inserted(text: str, label: str, knowledge: Knowledge = NOTHING) -> str:
    """Return the text after inserting the offer of a label with its defaults."""
    source, _ = cut(text)
    found = offers(text, knowledge)
    (offer,) = (each for each in found.items if each.label == label)
    return applied(source.text, found, offer)


def applied(text: str, found: Offers, offer: Offer) -> str:
    """Return a text after inserting an offer with its defaults."""
    start, end = found.typed
    if offer.extra is not None:
        (first, last), further = offer.extra
        assert first >= end
        text = text[:first] + plain(further) + text[last:]
    return text[:start] + plain(offer.pieces) + text[end:]


def project(*texts: str, host: Host | None = None) -> Knowledge:
    """Return the knowledge of a project of these files in one folder."""
    kinds: dict[str, type[Network] | type[Domain] | type[Filter]] = {
        "network": Network,
        "domain": Domain,
        "filter": Filter,
    }
    sources = (Source(FileKey(f"site/{number}.xml"), text) for number, text in enumerate(texts))
    roots = (document.root for source in sources for document in parse(source))
    models = tuple(kinds[root.name](root) for root in roots)
    return Knowledge(lambda: Project(models, host))
