"""A `<virtualport>` is missing a parameter that the switch needs, and libvirt refuses to define the guest.

802.1Qbg and 802.1Qbh announce the guest's NIC to the physical switch, with the numbers that the switch's administrator
assigned. midonet needs the port's UUID. An interface of type `network` may leave parameters to its network; libvirt
checks that only when the guest starts.

## What to do
Add the missing attribute to `<parameters>`. For 802.1Qbg and 802.1Qbh, ask the switch's administrator for its value;
for midonet it is the UUID of the port.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='vepa'/>
      <virtualport type='802.1Qbg'>
        <parameters managerid='11' typeid='1193047'/>
      </virtualport>
    </interface>
    <interface type='direct'>
      <source dev='eth0' mode='private'/>
      <virtualport type='802.1Qbh'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:9: error: missing attribute 'typeidversion' of a virtualport of type '802.1Qbg' [virtualport-incomplete]
web.xml:12:7: error: missing attribute 'profileid' of a virtualport of type '802.1Qbh' [virtualport-incomplete]
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='vepa'/>
      <virtualport type='802.1Qbg'>
        <parameters managerid='11' typeid='1193047' typeidversion='2'/>
      </virtualport>
    </interface>
    <interface type='direct'>
      <source dev='eth0' mode='private'/>
      <virtualport type='802.1Qbh'>
        <parameters profileid='finance'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Libvirt
At define: `missing typeidversion in <virtualport type='802.1Qbg'>`,
`missing profileid in <virtualport type='802.1Qbh'>`, `missing interfaceid in <virtualport type='midonet'>`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevvportprofile.c, virNetDevVPortProfileCheckComplete()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, advise, edit, el, known, problem, rule


@rule(
    "virtualport-incomplete",
    code="VN2112",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    virtualport = interface.node.child("virtualport")
    kind = known(virtualport.get("type")) if virtualport else None
    if virtualport is None or kind not in NEEDED or interface.type not in ("bridge", "direct", "hostdev"):
        return
    given = virtualport.child("parameters")
    values = {name: given.get(name) for name in given.attributes} if given else {}
    missing = [name for name in NEEDED[kind] if name not in values]
    if missing:
        names = " and ".join(f"'{name}'" for name in missing)
        complete = {name: values.get(name) or "…" for name in (*NEEDED[kind], *values)}
        yield problem(
            given or virtualport,
            f"missing {'attribute' if len(missing) == 1 else 'attributes'} {names} of a virtualport of type '{kind}'",
            advise(f"Add {names} from the switch's administrator", edit.written(el("parameters", complete))),
            libvirt_message=f"missing {missing[0]} in <virtualport type='{kind}'>",
        )


NEEDED = {
    "802.1Qbg": ("managerid", "typeid", "typeidversion"),
    "802.1Qbh": ("profileid",),
    "midonet": ("interfaceid",),
}
