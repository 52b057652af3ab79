"""A NAT or routed network lists several devices that traffic may leave through, and libvirt refuses to define it.

A list of devices is a pool for macvtap and passthrough, where each guest gets one of them. Routed traffic leaves
wherever the host's routes lead. libvirt can restrict it to one device, but not to several.

## What to do
Keep the `<interface>` through which traffic has to leave, and remove the others. If traffic may leave through any
device, remove all of them.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:5:5: error: unexpected second device: forward mode 'nat' takes only one [several-forward-devices]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <interface dev='eth0'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat' dev='eth0'>
    <interface dev='eth0'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Fix safety
A choice: the first device may not be the one to keep. Without any, traffic may leave through all of them.

## Libvirt
At define: `multiple forwarding interfaces specified for network 'lab', only one is supported`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, known, problem, related, rule


@rule(
    "several-forward-devices",
    code="VN1104",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.mode not in ("nat", "route") or network.forward is None:
        return
    interfaces = network.forward.interfaces
    names = [each.get("dev") for each in interfaces]
    if len(set(names)) < max(len(names), 2):
        return  # forward-device-listed-twice reports it
    every = [edit.remove(each) for each in interfaces]
    dev = network.forward.attribute("dev")
    old = [edit.remove_attribute(dev)] if dev else []
    kept = f"'{names[0]}'" if known(names[0]) else "the first device"
    yield problem(
        interfaces[1],
        f"unexpected second device: forward mode '{network.mode}' takes only one",
        fix(f"Keep only {kept}", *every[1:], safety="choice"),
        fix("Remove all devices, so that traffic leaves through any", *every, *old, safety="choice"),
        related=(related(interfaces[0], "the first device"),),
        libvirt_message=heard(TOO_MANY, network.name),
    )


TOO_MANY = "multiple forwarding interfaces specified for network '{}', only one is supported"
