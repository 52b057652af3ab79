"""NAT is limited to a single port, but libvirt accepts only a range of two or more.

`<port start=… end=…>` in `<nat>` sets the source ports of guests' connections. libvirt defines a network with a single
port, but its firewall rules are then refused, for IPv4 and for IPv6 that is translated. A single port would also allow
only one connection at a time to each server.

## What to do
Set `start` to 1024 and `end` to 65535, which is libvirt's own range, or remove `<port>`, which has the same effect. If
a firewall further out allows only certain ports, set a range of two or more that it allows.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='40000' end='40000'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:7: error: invalid port range 40000 to 40000: expected at least two ports [nat-single-port]
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
Unsafe: a firewall further out may allow only this port. The fix sets libvirt's own range, 1024 to 65535. Removing
`<port>` has the same effect.

## Libvirt
At start: `Invalid port range '40000-40000'.`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesForwardMasquerade()
- libvirt src/network/network_nftables.c, nftablesAddForwardMasquerade()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, View, edit, fix, problem, rule


@rule("nat-single-port", code="VN1303", on=Network, severity="error", when="start", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    nat = network.forward.nat if network.forward and network.mode == "nat" else None
    port = nat.child("port") if nat else None
    start, end = (View(port).number(name) if port else None for name in ("start", "end"))
    if port is None or not start or start != end or not network.is_translated:
        return
    spare = nat if nat and not nat.attributes and len(nat.children) == 1 else port
    whole = edit.set_attribute(port, "start", "1024"), edit.set_attribute(port, "end", "65535")
    yield problem(
        port,
        f"invalid port range {start} to {start}: expected at least two ports",
        fix("Set the ports to 1024–65535", *whole, safety="unsafe"),
        fix(f"Remove <{spare.name}>", edit.remove(spare), safety="unsafe"),
        libvirt_message=f"Invalid port range '{start}-{start}'.",
    )
