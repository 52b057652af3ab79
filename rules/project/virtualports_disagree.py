"""Two virtualports that apply to one guest contradict each other, so the guest does not start.

libvirt merges the `<virtualport>` of the interface, its network and the port group. Each may add what the others leave
open, but none overrides another. If two of them set different types, or different values for one parameter, no guest
to which both apply starts.

## What to do
Decide which value is right, and remove the other. To let each guest or port group set its own, remove the value from
the network.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'>
    <parameters profileid='office'/>
  </virtualport>
  <portgroup name='sales'>
    <virtualport>
      <parameters profileid='sales'/>
    </virtualport>
  </portgroup>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <virtualport type='midonet'>
        <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:9:5: error: virtualport profileid is 'sales' here but 'office' in network 'lan' [virtualports-disagree]
web.xml:6:7: error: virtualport type is 'midonet' here but 'openvswitch' in network 'lan' [virtualports-disagree]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'>
    <parameters profileid='office'/>
  </virtualport>
  <portgroup name='sales'>
  </portgroup>
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

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
  <portgroup name='sales'>
    <virtualport>
      <parameters profileid='sales'/>
    </virtualport>
  </portgroup>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan' portgroup='sales'/>
      <virtualport type='openvswitch'>
        <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest starts with the settings of the network, but perhaps its own were right.

## Libvirt
When the guest starts: `attempt to merge virtualports with mismatched types (midonet and openvswitch)`, or
`attempt to merge virtualports with mismatched profileids ('office' and 'sales')`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevvportprofile.c, virNetDevVPortProfileMerge3()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Plug, Problem, Project, edit, fix, known, problem, related, rule


@rule(
    "virtualports-disagree",
    code="VN3493",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(user)
    for plug, base in _pairs(user, project) if network else ():
        name = _conflict(plug, base)
        if plug.virtualport is None or base.virtualport is None or network is None or name is None:
            continue
        ours, theirs = _values(plug)[name], _values(base)[name]
        yield problem(
            plug.virtualport,
            f"virtualport {name} is '{ours}' here but '{theirs}' in {_of(base, network)}",
            fix("Remove <virtualport>, so that the other applies", edit.remove(plug.virtualport), safety="choice"),
            related=(related(base.virtualport, f"the virtualport of {_of(base, network)}"),),
            # libvirt starts with the interface, then adds the network and then the port group.
            libvirt_message=_refusal(name, theirs, ours) if user is network else _refusal(name, ours, theirs),
        )


def _conflict(plug: Plug, base: Plug) -> str | None:
    """The type or parameter that the two set to different values."""
    ours, theirs = _values(plug), _values(base)
    return next((each for each in ours if each in theirs and _plain(ours[each]) != _plain(theirs[each])), None)


def _refusal(name: str, first: str, second: str) -> str:
    quoted = (first, second) if name in UNQUOTED else (f"'{first}'", f"'{second}'")
    return f"attempt to merge virtualports with mismatched {name}s ({' and '.join(quoted)})"


def _pairs(user: Network | Interface, project: Project) -> list[tuple[Plug, Plug]]:
    """The pairs that libvirt merges: an interface with its port group and network, a port group with its network."""
    if isinstance(user, Network):
        return [(plug, user.plugs[0]) for plug in user.plugs[1:]]
    own, *others = project.guests.plugs_of(user)
    return [(own, each) for each in others]


def _of(base: Plug, network: Network) -> str:
    group = f"port group '{base.node.get('name')}' of " if base.node.name == "portgroup" else ""
    return group + network.label


UNQUOTED = ("type", "managerid", "typeid", "typeidversion")


def _values(plug: Plug) -> dict[str, str]:
    """The type and the parameters of a virtualport, without placeholders."""
    parameters = plug.virtualport.child("parameters") if plug.virtualport else None
    given = {name: each.value for name, each in parameters.attributes.items()} if parameters else {}
    return {name: value for name, value in {"type": plug.switch, **given}.items() if known(value) and value}


def _plain(value: str) -> str | int:
    """A value as libvirt compares it: numbers by value, UUIDs without hyphens."""
    try:
        return int(value, 0)
    except ValueError:
        return value.replace("-", "").lower() if len(value) in (32, 36) else value
