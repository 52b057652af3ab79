"""An open network names the device that traffic may leave through, and libvirt refuses to define it.

`dev` and `<interface>` restrict a NAT or routed network to one device, by the rules that libvirt adds to the firewall.
With the mode `open` libvirt adds no rules, so nothing can restrict the traffic to a device.

## What to do
To leave the firewall to the host, remove `dev` and every `<interface>` from `<forward>`. To keep the device, set the
mode to `route`: libvirt then writes the firewall rules.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='open' dev='eth0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='open'>
    <interface dev='eth0'/>
  </forward>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:3:24: error: unexpected device with forward mode 'open': expected none [open-network-with-device]
test.xml:4:5: error: unexpected device with forward mode 'open': expected none [open-network-with-device]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='open'>
  </forward>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='route' dev='eth0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: either the device or the mode is wrong. The mode `route` keeps the device, and libvirt then writes the
firewall rules.

## Libvirt
At define: `forward dev not allowed for network 'lab' with forward mode='open'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, related, rule, to_mode


@rule(
    "open-network-with-device",
    code="VN1103",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.mode != "open" or network.forward is None:
        return
    forward = network.forward
    dev = forward.attribute("dev") if forward.node.get("dev") else None
    interfaces = forward.interfaces
    place = dev or next(iter(interfaces), None)
    if place is None:
        return
    removed = [edit.remove_attribute(dev)] if dev else []
    removed += [edit.remove(each) for each in interfaces]
    yield problem(
        place,
        "unexpected device with forward mode 'open': expected none",
        fix("Remove the device", *removed, safety="choice"),
        fix("Set mode to 'route'", *to_mode(network, "route"), safety="choice"),
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=heard("forward dev not allowed for network '{}' with forward mode='open'", network.name),
    )
