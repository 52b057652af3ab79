"""A network configures a bridge that libvirt does not create, and libvirt refuses to define it.

`stp`, `delay` and `zone` say how libvirt creates a bridge. With the mode `bridge`, the host has created it already.
With `private`, `vepa`, `passthrough` and `hostdev` there is no bridge, so that `macTableManager` is refused too.
Usually the attributes are left over from a NAT network that was copied.

## What to do
Remove the attributes, and configure the host's bridge where the host creates it. If libvirt should create the bridge,
set the mode to `nat`, `route` or `open` and do not name a bridge of the host.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0' stp='on' delay='2'/>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='private'>
    <interface dev='eth0'/>
  </forward>
  <bridge zone='public' macTableManager='libvirt'/>
</network>
```

## Report
```text
lan.xml:4:22: error: unexpected attribute 'stp': libvirt makes no bridge with forward mode 'bridge' [bridge-setting-not-own]
lan.xml:4:31: error: unexpected attribute 'delay': libvirt makes no bridge with forward mode 'bridge' [bridge-setting-not-own]
wire.xml:6:11: error: unexpected attribute 'zone': libvirt makes no bridge with forward mode 'private' [bridge-setting-not-own]
wire.xml:6:25: error: unexpected attribute 'macTableManager': libvirt makes no bridge with forward mode 'private' [bridge-setting-not-own]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='private'>
    <interface dev='eth0'/>
  </forward>
  <bridge/>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0' delay='0' macTableManager='kernel'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5' stp='on' delay='2'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: with this mode there is no bridge that the attribute could configure. Unsafe for `zone`, which somebody may rely
on, and where the network has an `<ip>`, because the mode may be wrong.

## Libvirt
At define: `bridge delay/stp/zone options only allowed in route, nat, and isolated mode, not in bridge (network 'lan')`;
and without any bridge `bridge zone not allowed in private mode (network 'wire')` or `bridge macTableManager setting not
allowed in private mode (network 'wire')`. `delay='0'` is accepted. Newer versions say
`bridge delay/stp/zone options only allowed in open, route, nat, and isolated mode, not in bridge (network 'lan')`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Network, Problem, Safety, View, edit, fix, heard, problem, related, rule


@rule(
    "bridge-setting-not-own",
    code="VN1115",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    bridge = network.bridge
    if bridge is None or network.mode is None or network.owns_bridge:
        return
    direct = network.mode != "bridge"
    for place in _refused_settings(bridge, direct):
        message = ONLY_DIRECT.get(place.name, NOT_OWN) if direct else NOT_OWN
        safety: Safety = "unsafe" if network.ips or place.name == "zone" else "safe"
        yield problem(
            place,
            f"unexpected attribute '{place.name}': libvirt makes no bridge with forward mode '{network.mode}'",
            fix(f"Remove {place.name}", edit.remove_attribute(place), safety=safety),
            related=(related(network.mode_place, "the mode is set here"),),
            libvirt_message=heard(message, network.mode, network.name),
        )


NOT_OWN = "bridge delay/stp/zone options only allowed in route, nat, and isolated mode, not in {} (network '{}')"
ONLY_DIRECT = {
    "zone": "bridge zone not allowed in {} mode (network '{}')",
    "macTableManager": "bridge macTableManager setting not allowed in {} mode (network '{}')",
}


def _refused_settings(bridge: View, direct: bool) -> list[Attribute]:
    """The attributes that libvirt refuses; `delay='0'` is accepted."""
    if direct and bridge.node.get("name"):
        return []  # bridge-name-in-direct-mode reports the whole element
    names = ("stp", "delay", "zone", "macTableManager") if direct else ("stp", "delay", "zone")
    places = [place for name in names if (place := bridge.attribute(name)) and place.value]
    return [place for place in places if place.name != "delay" or bridge.number("delay")]
