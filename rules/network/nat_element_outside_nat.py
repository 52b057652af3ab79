"""`<nat>` is in a network that does not translate addresses, and libvirt refuses to define it.

`<nat>` sets the addresses and ports to which guests' traffic is translated. It is usually left over: `virsh net-dumpxml
default` writes it, and somebody turned the copy into a routed network.

## What to do
Remove `<nat>`. If the network should translate addresses, set the mode to `nat` and keep the element.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='route'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:4:5: error: unexpected <nat> with forward mode 'route' [nat-element-outside-nat]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='route'>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: ports and IPv6 translation have no meaning with this mode. A choice where `<nat>` names addresses, because the
mode may be wrong. Where the network has a bridge of its own, the mode `nat` is offered.

## Libvirt
At define: `The <nat> element can only be used when <forward> 'mode' is 'nat' in network lab`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, related, rule, to_mode


@rule(
    "nat-element-outside-nat",
    code="VN1110",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    if forward is None or forward.nat is None or network.mode in (None, "nat"):
        return
    mode = forward.node.get("mode")
    removed = map(edit.remove, forward.node.all("nat"))
    translated = to_mode(network, "nat") if network.owns_bridge else ()
    yield problem(
        forward.nat,
        f"unexpected <nat> with forward mode '{mode}'",
        fix("Remove <nat>", *removed, safety="choice" if forward.nat_pools else "unsafe"),
        fix("Set mode to 'nat'", *translated, safety="choice"),
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=heard(REFUSED, network.name),
    )


REFUSED = "The <nat> element can only be used when <forward> 'mode' is 'nat' in network {}"
