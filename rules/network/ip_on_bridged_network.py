"""A bridged network declares addresses, and libvirt refuses to define it.

With the modes `bridge`, `private`, `vepa`, `passthrough` and `hostdev` guests join a network that exists outside
libvirt: the host or the LAN owns its addresses, and libvirt starts no dnsmasq.

## What to do
Remove `<ip>`, and set addresses on the host's bridge or on the DHCP server of the LAN. If libvirt was meant to run the
network, set the mode to `nat` or `route` and name no bridge of the host.

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
Unsafe where the network names a bridge or a device of the host: libvirt accepts no addresses with this mode. A choice
where the `<ip>` has static hosts, or where no bridge or device is named: then the mode is probably wrong, and `nat` is
offered. With it the network gets a bridge of its own, because the named one stays the host's.

## Libvirt
At define: `Unsupported <ip> element in network lan with forward mode='bridge'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Problem, edit, fix, heard, problem, related, rule, to_mode


@rule(
    "ip-on-bridged-network",
    code="VN1010",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    if network.mode is None or network.owns_bridge or forward is None:
        return
    is_bridged = network.names_link
    for ip in network.ips:
        removed = fix("Remove <ip>", edit.remove(ip.node), safety="choice" if ip.hosts or not is_bridged else "unsafe")
        own = () if forward.devices or forward.pci_devices else _own_addresses(network)
        yield problem(
            ip,
            f"unexpected <ip>: a network with forward mode '{network.mode}' has no address of its own",
            *((removed, own) if is_bridged else (own, removed)),
            related=(related(network.mode_place, "the mode is set here"),),
            libvirt_message=heard(REFUSED, network.name, network.mode),
        )


REFUSED = "Unsupported <ip> element in network {} with forward mode='{}'"


def _own_addresses(network: Network) -> tuple[Fix, ...]:
    """A fix that sets the mode to NAT and removes the name of the host's bridge."""
    joins = network.attachment == "host-bridge"
    title = "Set mode to 'nat' and remove <bridge>" if joins else "Set mode to 'nat'"
    return fix(title, *to_mode(network, "nat"), safety="choice")
