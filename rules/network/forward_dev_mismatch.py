"""`<forward dev=…>` is not the first device in its list, and libvirt refuses to define the network.

`dev` is the old way to name the device, and repeats the first `<interface>`; libvirt writes both. Usually somebody
changed one of the two and not the other.

## What to do
Set `dev` to the device of the first `<interface>`. If `dev` is right, change that `<interface>` instead.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge' dev='eth0'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```

## Report
```text
lan.xml:3:26: error: dev='eth0' does not match the first <interface>, which is 'eth1' [forward-dev-mismatch]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge' dev='eth1'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge' dev='eth1'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```

## Fix safety
A choice: either device may be the right one, and traffic leaves through the one that is kept.

## Libvirt
At define: `<forward dev='eth0'> must match first <interface dev='eth1'/> in network lan`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, known, problem, related, rule


@rule(
    "forward-dev-mismatch",
    code="VN1105",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    place = forward.attribute("dev") if forward else None
    if forward is None or place is None or forward.dev is None or not forward.interfaces:
        return
    first = forward.interfaces[0]
    listed = known(first.get("dev"))
    if listed is None or listed == forward.dev:
        return
    renamed = edit.set_attribute(first, "dev", forward.dev) if len(forward.interfaces) == 1 else ()
    yield problem(
        place,
        f"dev='{forward.dev}' does not match the first <interface>, which is '{listed}'",
        fix(f"Set dev to '{listed}'", edit.set_attribute(forward.node, "dev", listed), safety="choice"),
        fix(f"Set <interface> to '{forward.dev}'", renamed, safety="choice"),
        related=(related(first, "the first <interface>"),),
        libvirt_message=heard(REFUSED, forward.dev, listed, network.name),
    )


REFUSED = "<forward dev='{}'> must match first <interface dev='{}'/> in network {}"
