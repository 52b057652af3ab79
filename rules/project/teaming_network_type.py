"""The transient NIC of a teaming pair is on a network without host devices, so the guest does not start.

The `transient` interface, which is removed during a migration, has to be a device of the host. An interface of type
`network` is one if its network has the forward mode `hostdev`. libvirt checks the mode only when the guest starts.

## What to do
Move the transient interface to a network with forward mode `hostdev` on the same LAN. If there is no such network,
remove `<teaming>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml vfs.xml
<network>
  <name>vfs</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <model type='virtio'/>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:13:15: error: the transient interface of a teaming pair needs a host device, which network 'lan' does not have [teaming-network-type]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='vfs'/>
      <model type='virtio'/>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml vfs.xml
<network>
  <name>vfs</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='vfs'/>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the NIC moves to a network that hands out host devices, and a person has to know that this is the right LAN.
Where the project has no such network, `<teaming>` is removed, and the two NICs no longer form a pair.

## Libvirt
When the guest starts:
`interface 52:54:00:0a:0b:0c - teaming transient device must be type='hostdev', not 'bridge'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
- libvirt src/qemu/qemu_validate.c, qemuDomainValidateActualNetDef()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, edit, fix, problem, related, rule


@rule(
    "teaming-network-type",
    code="VN3461",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(interface) if interface.teaming == "transient" else None
    teaming, source = interface.node.child("teaming"), interface.source
    if network is None or network.attachment in (None, "hostdev") or teaming is None or source is None:
        return
    other = project.networks.hostdev_beside(interface.domain)
    moved = edit.set_attribute(source, "network", other.name or "") if other else ()
    yield problem(
        interface.network or interface,
        f"the transient interface of a teaming pair needs a host device, which {network.label} does not have",
        fix(f"Change the network to '{other.name}'" if other else "", moved, safety="choice"),
        fix("Remove <teaming>", edit.remove(teaming), safety="choice"),
        related=(related(network.mode_place, f"the mode of {network.label} is set here"),),
        libvirt_message=_refusal(interface, network),
    )


REFUSED = "teaming transient device must be type='hostdev', not '{}'"
ACTUAL = {"own-bridge": "network", "host-bridge": "bridge", "macvtap": "direct"}
"""The type that libvirt gives an interface, by the attachment of its network."""


def _refusal(interface: Interface, network: Network) -> str:
    said = REFUSED.format(ACTUAL[network.attachment or ""])
    return f"interface {interface.mac} - {said}" if interface.mac else said
