"""The host's dnsmasq does not know an option, so the network does not start.

libvirt copies each `<dnsmasq:option>` into dnsmasq's configuration. dnsmasq exits if an option is newer than itself or
was left out when it was built. The rule needs an inventory with `dnsmasq_options`, the options that `dnsmasq --help`
lists.

## What to do
Remove the `<dnsmasq:option>`, or correct its name if it is misspelt. If the option is needed, install a dnsmasq on the
host that has it.

## Bad
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <dnsmasq:options>
    <dnsmasq:option value='leasequery'/>
  </dnsmasq:options>
</network>
```
```json host.json
{"version": 1, "dnsmasq_options": ["log-dhcp", "log-queries"]}
```

## Report
```text
lan.xml:5:21: error: the host's dnsmasq has no option 'leasequery' [dnsmasq-option-unknown]
```

## Fixed
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <dnsmasq:options>
  </dnsmasq:options>
</network>
```

## Good
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <dnsmasq:options>
    <dnsmasq:option value='log-queries=extra'/>
  </dnsmasq:options>
</network>
```
```json host.json
{"version": 1, "dnsmasq_options": ["log-dhcp", "log-queries"]}
```

## Fix safety
Choice: the option may be needed, and a newer dnsmasq may have it.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its `bad option at line`. Seen with `leasequery`: libvirt 9.0 with dnsmasq
2.90 and 11.3 with 2.91 refuse it, 12.8 with 2.93 accepts it.

Seen on 9.0 and 11.3; the dnsmasq of 12.8 has the option.

## References
- https://libvirt.org/formatnetwork.html#network-namespaces
- https://thekelleys.org.uk/dnsmasq/CHANGELOG
"""

import re
from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, known, problem, rule


@rule("dnsmasq-option-unknown", code="VN3706", on=Network, severity="error", when="start", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    there = project.host.inventory.dnsmasq_options if project.host else None
    if there is None or not network.owns_bridge or not network.ips:
        return
    for place in network.dnsmasq_options:
        name = re.match(NAME, known(place.value) or "")
        if name is not None and name[1] not in there:
            yield problem(
                place,
                f"the host's dnsmasq has no option '{name[1]}'",
                fix("Remove the option", edit.remove(place.node), safety="choice"),
                libvirt_message="bad option at line",
            )


NAME = r"\s*([a-z0-9][A-Za-z0-9-]*)\s*(?:=|$)"
