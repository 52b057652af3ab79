"""A network has an MTU of its own, and nothing announces it to this guest.

A virtio card announces the MTU to its guest, and DHCP announces it to the others. A guest with another card, on a
network without DHCP, uses 1500 unless it is set by hand.

## What to do
Set `<model type='virtio'/>`. If the guest has no driver for virtio, set the MTU in the guest by hand, or add `<dhcp>`
to the network.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mtu size='1400'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <model type='e1000'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: info: nothing announces the MTU of 1400 to the interface of 'web' [mtu-not-told]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mtu size='1400'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest sees another card and needs a driver for it.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, fix, problem, related, rule, set_child


@rule("mtu-not-told", code="VN2344", on=Interface, severity="info", when="never", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, model = project.networks.of(interface), interface.node.child("model")
    if network is None or network.mtu in (None, 1500) or interface.is_virtio is not False:
        return
    if network.owns_bridge and not any(ip.dhcp and ip.family == "ipv4" for ip in network.ips):
        yield problem(
            model or interface,
            f"nothing announces the MTU of {network.mtu} to {interface.label}",
            fix("Set the model to 'virtio'", set_child(interface.node, "model", "type", "virtio"), safety="choice"),
            related=(related(network.node.child("mtu") or network, "the MTU is set here"),),
        )
