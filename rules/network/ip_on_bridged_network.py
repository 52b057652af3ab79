"""A bridged network declares addresses, and libvirt refuses to define it.

With the modes `bridge`, `private`, `vepa`, `passthrough` and `hostdev` guests join a network that exists outside
libvirt: the host or the LAN owns its addresses, and libvirt starts no dnsmasq.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <ip address='10.0.0.1' netmask='255.255.255.0'/>
</network>
```

## Report
```text
lan.xml:5:3: error: unexpected <ip>: a network with forward mode 'bridge' has no address of its own [ip-on-bridged-network]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' netmask='255.255.255.0'/>
</network>
```

## Fix safety
Unsafe: libvirt accepts no addresses with this mode. If the addresses are right and the mode is wrong, a NAT network is
offered as a choice; it gets a bridge of its own, because the host keeps the one that is named.

## Libvirt
At define: `Unsupported <ip> element in network lan with forward mode='bridge'`

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Problem, edit, fix, heard, problem, related, rule


@rule(
    "ip-on-bridged-network",
    code="VN1010",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
    covers=("A029",),
)
def check(network: Network) -> Iterator[Problem]:
    if network.mode is None or network.owns_bridge:
        return
    for ip in network.ips:
        yield problem(
            ip,
            f"unexpected <ip>: a network with forward mode '{network.mode}' has no address of its own",
            fix("Remove <ip>", edit.remove(ip.node), safety="unsafe"),
            _own_addresses(network),
            related=(related(network.mode_place, "the mode is set here"),),
            libvirt_message=heard(REFUSED, network.name, network.mode),
        )


REFUSED = "Unsupported <ip> element in network {} with forward mode='{}'"


def _own_addresses(network: Network) -> tuple[Fix, ...]:
    """NAT, where nothing but the mode and the name of the host's bridge has to change."""
    if network.attachment != "host-bridge" or network.forward is None or network.bridge is None:
        return ()
    edits = edit.set_attribute(network.forward.node, "mode", "nat"), edit.remove(network.bridge.node)
    return fix("Set mode to 'nat' and remove <bridge>", *edits, safety="choice")
