"""The tap device of an interface of type `ethernet` is connected to nothing on the host.

libvirt only creates the device: it adds it to no bridge, and sets no address. A script, an address in `<source>` or a
program that knows the device by its name has to connect it, and this interface has none of them. A device with a name
is reported only if libvirt drops the name, or if `managed='yes'` lets libvirt create the device.

## What to do
Connect the interface to a network: set the type to `network`, and add `<source network='…'/>`. If a program connects
the device, set a name for it, such as `<target dev='tap-web'/>`. If a libvirt hook connects it, nothing has to change.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='ethernet'>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:5: info: no bridge, address or script connects the tap device of this interface [ethernet-unconnected]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='ethernet'>
      <target dev='tap-web'/>
      <model type='virtio'/>
    </interface>
    <interface type='ethernet'>
      <source>
        <ip address='192.0.2.1' peer='192.0.2.2'/>
      </source>
      <model type='virtio'/>
    </interface>
    <interface type='ethernet'>
      <script path='/etc/qemu-ifup'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: a libvirt hook may connect the device, and only its owner knows which network is meant.

## Libvirt
Never: the device is up, without a bridge and without an address.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#generic-ethernet-connection
- libvirt src/hypervisor/domain_interface.c, virDomainInterfaceEthernetConnect()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, fix, join_network, problem, rule


@rule(
    "ethernet-unconnected",
    code="VN2312",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    node = interface.node
    if interface.type != "ethernet" or not interface.domain.is_qemu:
        return
    if any(node.child(each) for each in ("script", "downscript", "source", "ip", "route", "virtualport")):
        return
    place, managed = interface.target, (node.child("target") or node).get("managed")
    # A program finds the device by its name, unless libvirt drops the name; with `yes` libvirt creates the device.
    if place is not None and (managed == "no" or (managed is None and interface.made_device is not None)):
        return
    bridged = project.networks.bridged_beside(interface.domain, "nat", "route")
    name = bridged.name if bridged and bridged.name else "default"
    plugged = fix(f"Connect the interface to the network '{name}'", *join_network(interface, name), safety="choice")
    yield problem(interface, "no bridge, address or script connects the tap device of this interface", plugged)
