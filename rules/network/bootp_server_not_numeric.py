"""The boot server of a network is given by name, and libvirt refuses to define the network.

`server` has to be an IP address and must not be empty. Without the attribute, guests fetch the file from the host
itself.

## What to do
Set `server` to the IP address of the boot server. If the host itself serves the file with `<tftp>`, remove `server`. If
no server is meant, remove `<bootp>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <host ip='192.168.20.2'>
      <hostname>pxe.example.com</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0' server='pxe.example.com'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:12:32: error: invalid value 'pxe.example.com' for 'server': expected an IP address [bootp-server-not-numeric]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <host ip='192.168.20.2'>
      <hostname>pxe.example.com</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0' server='192.168.20.2'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0' server='192.168.20.2'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Unsafe where the network itself has an address for the name: the DNS that was meant may give another one. Removing
`server` is a choice, because the host becomes the server. Where the network has no `<tftp>`, removing `<bootp>` is
offered instead, also as a choice.

## Libvirt
At define: `Cannot parse socket address 'pxe.example.com': Name or service not known`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPDefParseXML()
"""

import re
from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Attribute, Fix, Network, Node, Problem, advise, edit, fix, known, problem, rule


@rule(
    "bootp-server-not-numeric",
    code="VN1210",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for bootp in (node for ip in network.ips if ip.family == "ipv4" and ip.dhcp for node in ip.dhcp.all("bootp")):
        place = bootp.attributes.get("server")
        name = place.value if place else None
        if place is None or name is None or (name and known(name) is None) or "file" not in bootp.attributes:
            continue
        if name and not re.search(r"[^0-9A-Fa-fXx.:%]", name):
            continue
        yield problem(
            place,
            f"invalid value '{name}' for 'server': expected an IP address",
            *_fixes(network, bootp, place),
            libvirt_message=f"Cannot parse socket address '{name}': Name or service not known",
        )


def _fixes(network: Network, bootp: Node, place: Attribute) -> Iterator[tuple[Fix, ...]]:
    address = network.host_records.get(place.value)
    known_here = edit.set_attribute(bootp, "server", str(address)) if address else ()
    yield fix(f"Set server to {address}, its address in this network", known_here, safety="unsafe")
    if any(ip.node.child("tftp") for ip in network.ips):
        yield fix("Remove server, so that the host is the server", edit.remove_attribute(place), safety="choice")
    else:
        yield fix("Remove <bootp>", edit.remove(bootp), safety="choice")
    name = quote(place.value) if place.value else "NAME"
    yield advise("Look up the server's address and use it", f"getent ahostsv4 {name}")
