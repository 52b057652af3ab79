"""Networks to convert to other modes, and whether a network is the same after the way back.

It is equal in meaning if it has its mode again, and every element and attribute is as before except those that one of
the two conversions said to set, add or remove.
"""

from collections import Counter

from vnetlint.engine.convert import Converted
from vnetlint.engine.reading import read
from vnetlint.model import Network
from vnetlint.remedies.conversion import Change, Target, conversion
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply, with_leftovers
from vnetlint.xml.tree import parse

_IP = """  <ip address='10.30.1.1' prefix='24'>
    <dhcp>
      <!-- the pool -->
      <range start='10.30.1.10' end='10.30.1.99'/>
    </dhcp>
  </ip>
"""
_IP6 = "  <ip family='ipv6' address='fd00:1::1' prefix='64'/>\n"
_SERVED = """  <bridge name='virbr70' stp='on' delay='2'/>
  <mtu size='1400'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <domain name='lan.example' localOnly='yes'/>
  <dns>
    <host ip='10.30.1.5'>
      <hostname>db</hostname> <!-- set by hand -->
    </host>
  </dns>
"""
_GROUP = """  <portgroup name='slow'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
"""


def _network(inner: str) -> str:
    return f"<network>\n  <name>lan</name> <!-- the office -->\n{inner}</network>\n"


SOURCES = {
    "isolated": _network(_SERVED + _IP),
    "bare": "<network><name>lan</name></network>\n",
    "none": _network("  <forward mode='none'/>\n" + _IP),
    "nat": _network("  <forward mode='nat'>\n    <nat>\n      <!-- few -->\n      <port start='1024' end='2048'/>\n"
                    "    </nat>\n  </forward>\n" + _SERVED + _IP + _GROUP),
    "unstated": _network("  <forward dev='eth0'/>\n  <port isolated='yes'/>\n" + _IP),
    "nat6": _network("  <forward mode='nat'>\n    <nat ipv6='yes'/>\n  </forward>\n" + _IP + _IP6),
    "routed": _network("  <forward mode='route' dev='eth0'>\n    <interface dev='eth0'/>\n  </forward>\n"
                       + _SERVED + _IP + _IP6 + "  <route address='10.31.0.0' prefix='16' gateway='10.30.1.9'/>\n"),
    "open": _network("  <forward mode='open'/>\n" + _SERVED + _IP + _IP6),
    "bridged": _network("  <forward mode='bridge'/>\n  <bridge name='br1'/> <!-- the LAN -->\n"
                        "  <port isolated='yes'/>\n"),
    "macvtap": _network("  <forward mode='bridge'>\n    <interface dev='eth3'/> <!-- the LAN -->\n  </forward>\n"),
    "private": _network("  <forward mode='private' dev='eth3'>\n    <interface dev='eth3'/>\n  </forward>\n"),
    "vepa": _network("  <forward mode='vepa'>\n    <interface dev='eth3'/>\n  </forward>\n"
                     "  <virtualport type='802.1Qbh'>\n    <parameters profileid='lan'/>\n  </virtualport>\n"),
    "passthrough": _network("  <forward mode='passthrough'>\n    <interface dev='eth3'/>\n    <interface dev='eth2'/>\n"
                            "  </forward>\n  <vlan>\n    <tag id='42'/>\n  </vlan>\n"),
    "hostdev": _network("  <forward mode='hostdev' managed='yes'>\n    <driver name='vfio'/>\n    <pf dev='eth3'/>\n"
                        "  </forward>\n  <vlan>\n    <tag id='42'/>\n  </vlan>\n"),
}  # fmt: skip
"""A network of each mode, with what can be lost."""


def comments_of(source: Source) -> Counter[str]:
    return Counter(source.excerpt(each.span) for document in parse(source) for each in document.comments)


def way_back(done: Converted) -> tuple[str, bool]:
    """Return what is not equal in meaning after the way back, and whether the two are the same in every element."""
    changes = conversion(done.after, _original(done.before))
    edits = [edit for change in changes for edit in change.edits]
    text = done.text.with_text(apply(done.text.text, with_leftovers(done.text.text, edits)))
    models = [each for each in read(text, None).models if isinstance(each, Network)]
    if len(models) != 1 or (models[0].mode, models[0].attachment) != (done.before.mode, done.before.attachment):
        return "another mode", False
    whole = _meaning(done.before, ()), _meaning(models[0], ())
    said = (*done.changes, *changes)
    one, other = _meaning(done.before, said), _meaning(models[0], said)
    return str([*(one - other), *(other - one)]) if one != other else "", whole[0] == whole[1]


def _original(network: Network) -> Target:
    """The target that gives a network its mode back."""
    assert network.mode is not None
    bridge = network.host_bridge.value if network.host_bridge else None
    nics = tuple(dict.fromkeys(place.value for place in network.lower_devices))
    return Target(network.mode, bridge=bridge, nics=nics)


def _meaning(network: Network, said: tuple[Change, ...]) -> Counter[tuple[object, ...]]:
    """The elements of a network with their attributes and texts, without the places of changes and what is in them.

    The mode is compared apart from it.
    """
    places = {each.place for each in said} | {"forward@mode"}
    found: Counter[tuple[object, ...]] = Counter()
    for node in network.node.descendants():
        names = [*(each.name for each in reversed(list(node.ancestors()))), node.name][1:]
        paths = {"/".join(names[: depth + 1]) for depth in range(len(names))}
        if paths & places:
            continue
        place = "/".join(names)
        kept = sorted((name, at.value) for name, at in node.attributes.items() if f"{place}@{name}" not in places)
        if place in ("forward", "forward/nat", "bridge") and not kept:
            continue
        found[place, tuple(kept), "" if node.children else node.text.strip()] += 1
    return found
