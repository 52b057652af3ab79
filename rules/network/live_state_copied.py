"""A network's file contains live state of the running network.

`virsh net-dumpxml` on a running network writes `connections`, the number of guests that are plugged in. libvirt ignores
it when it reads the file, and in git it changes with every dump.

## What to do
Remove `connections`. Write the file with `virsh net-dumpxml --inactive`, which leaves it out.

## Bad
```xml
<network connections='2'>
  <name>lan</name>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:1:10: info: 'connections' is live state of a running network, which libvirt ignores in a file [live-state-copied]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: libvirt never reads the attribute, but your own tools may.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/conf/network_conf.c, virNetworkDefFormatBuf()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("live-state-copied", code="VN1051", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    place = network.attribute("connections")
    if place is not None:
        yield problem(
            place,
            "'connections' is live state of a running network, which libvirt ignores in a file",
            fix("Remove connections", edit.remove_attribute(place), safety="unsafe"),
        )
