"""The network that libvirt's packages install, for guests that use it without a file that defines it."""

from functools import cache

from vnetlint.inputkey import FileKey
from vnetlint.model import Network
from vnetlint.model.network import DEFAULT_ADDRESS, DEFAULT_BRIDGE, DEFAULT_NETWORK, DEFAULT_SUBNET
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

PATH = "(installed with libvirt)"
_TEXT = (
    f"<network><name>{DEFAULT_NETWORK}</name><forward mode='nat'/><bridge name='{DEFAULT_BRIDGE}'/>"
    f"<ip address='{DEFAULT_ADDRESS}' prefix='{DEFAULT_SUBNET.prefixlen}'>"
    f"<dhcp><range start='{DEFAULT_SUBNET[2]}' end='{DEFAULT_SUBNET[-2]}'/></dhcp></ip></network>"
)


@cache
def default_network() -> Network:
    """Return the network `default` as libvirt's packages define it."""
    return Network(parse(Source(FileKey(PATH), _TEXT))[0].root)
