"""NAT may give the connections of guests a privileged source port.

Without `<port>`, libvirt translates to ports from 1024 up. The ports below are privileged: on a Unix host only root may
use them, so servers of NFS, rsh and the like still recognise a trusted host by them. A guest that appears with such a
port looks trusted too.

## What to do
Set `start` of `<port>` to 1024, and raise `end` to 65535 if it is not above 1024. If a server outside expects the lower
ports, this is intended: keep them.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='500' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:13: info: NAT uses privileged source ports, from 500 on: expected 1024 or higher [nat-port-privileged]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: something outside may expect the lower ports.

## Libvirt
Never: the firewall gets `MASQUERADE --to-ports 500-65535`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesForwardMasquerade()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, View, edit, fix, problem, rule


@rule(
    "nat-port-privileged",
    code="VN1406",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    port = network.forward.nat.child("port") if network.forward and network.forward.nat else None
    start, end = (View(port).number("start"), View(port).number("end")) if port else (None, None)
    if port is None or start is None or end is None or network.mode != "nat" or not 0 < start < 1024:
        return
    last = end if end > 1024 else 65535
    edits = edit.set_attribute(port, "start", "1024"), edit.set_attribute(port, "end", str(last))
    yield problem(
        port.attributes["start"],
        f"NAT uses privileged source ports, from {start} on: expected 1024 or higher",
        fix(f"Set the ports to 1024–{last}", *edits, safety="choice"),
    )
