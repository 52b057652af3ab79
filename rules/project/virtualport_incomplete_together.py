"""A parameter that the switch needs is missing for a guest's virtualport, so the guest does not start.

libvirt merges the `<virtualport>` of the interface, its network and the port group. When the guest starts, libvirt
checks whether the result has every number that 802.1Qbg or 802.1Qbh announces to the physical switch. The
administrator of the switch assigns these numbers. The network itself starts. A device that a guest has to itself is
announced by 802.1Qbh.

## What to do
Ask the administrator of the switch for the missing numbers. Add them to `<parameters>` in the `<virtualport>` of the
network, the port group or the interface.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='vepa'>
    <interface dev='eth1'/>
  </forward>
  <virtualport type='802.1Qbg'>
    <parameters managerid='11' typeid='1193047'/>
  </virtualport>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:5: error: missing typeidversion for <virtualport type='802.1Qbg'>, here and in network 'lan' [virtualport-incomplete-together]
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='vepa'>
    <interface dev='eth1'/>
  </forward>
  <virtualport type='802.1Qbg'>
    <parameters managerid='11' typeid='1193047'/>
  </virtualport>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <virtualport type='802.1Qbg'>
        <parameters typeidversion='2'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Libvirt
When the guest starts: `missing typeidversion in <virtualport type='802.1Qbg'>`, `missing profileid in
<virtualport type='802.1Qbh'>`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#virtual-network-switch
- libvirt src/network/bridge_driver.c, networkAllocatePort()
- libvirt src/util/virnetdevvportprofile.c, virNetDevVPortProfileCheckComplete()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, Project, advise, edit, el, problem, related, rule


@rule(
    "virtualport-incomplete-together",
    code="VN3494",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, kind = project.networks.of(interface), project.guests.switch_of(interface) or ""
    if network is None or network.attachment not in ("macvtap", "hostdev") or kind not in NEEDED:
        return
    ports = [plug.virtualport for plug in project.guests.plugs_of(interface) if plug.virtualport]
    missing = _missing(ports, kind)
    if missing and not any(port.document.source.is_template for port in (interface.node, *ports)):
        yield problem(
            interface,
            f"missing {' and '.join(missing)} for <virtualport type='{kind}'>, here and in {network.label}",
            _add(missing),
            related=(related(ports[-1], "the virtualport is here"),),
            libvirt_message=f"missing {missing[0]} in <virtualport type='{kind}'>",
        )


def _missing(ports: list[Node], kind: str) -> list[str]:
    given = [name for port in ports for each in port.all("parameters") for name in each.attributes]
    return [name for name in NEEDED[kind] if name not in given]


def _add(missing: list[str]) -> tuple[Fix, ...]:
    snippet = edit.written(el("parameters", {name: name.upper() for name in missing}))
    return advise(f"Add {' and '.join(missing)} to <virtualport>, as set on the switch", snippet)


NEEDED = {"802.1Qbg": ("managerid", "typeid", "typeidversion"), "802.1Qbh": ("profileid",)}
