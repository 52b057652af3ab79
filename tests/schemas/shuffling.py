"""Documents with their children in another order."""

import copy
import random

from lxml import etree

from tests.schemas.documents import UUID, domain, network, port, snapshot
from tests.schemas.examples import ACCEPTED


def merged(kind: str) -> str:
    """One large document that has what the accepted documents have, side by side."""
    root = etree.fromstring(START[kind])
    for text in ACCEPTED[kind].values():
        gather(root, etree.fromstring(text))
    return etree.tostring(root, encoding="unicode")


START = {
    "network": network(""),
    "nwfilter": f"<filter name='all'><uuid>{UUID}</uuid></filter>",
    "domain": domain(""),
    "networkport": port(""),
    "domainsnapshot": snapshot(""),
}
# What there can be many of.
MANY = {
    "rule",
    "filterref",
    "interface",
    "disk",
    "filesystem",
    "controller",
    "hostdev",
    "serial",
    "channel",
    "graphics",
    "input",
}


def gather(root: etree._Element, tree: etree._Element) -> None:
    """Add the children that the root has not got yet, or can have more of."""
    for child in tree:
        known = root.find(str(child.tag))
        if known is not None and child.tag == "devices":
            gather(known, child)
        elif known is None or child.tag in MANY:
            root.append(copy.deepcopy(child))


def shuffles(kind: str, count: int) -> list[bytes]:
    """Documents with the children of every element in another order; which they are is the same in each run."""
    chance = random.Random(f"shuffle {kind}")
    documents = [etree.fromstring(text) for text in (*ACCEPTED[kind].values(), merged(kind))]
    result: list[bytes] = []
    while len(result) < count:
        tree = copy.deepcopy(documents[-1] if len(result) % 2 else chance.choice(documents))
        for node in tree.iter(etree.Element):
            children = list(node)
            chance.shuffle(children)
            node[:] = children
        result.append(etree.tostring(tree))
    return result
