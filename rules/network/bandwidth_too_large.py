"""A bandwidth limit is larger than libvirt can set, so the network or guest is refused or does not start.

`burst` is in KiB, and libvirt counts it in bytes with 32 bits, so the maximum is 4194303. The maximum of `average`,
`peak` and `floor` is 2 to the power of 54. Often the number was meant in bytes.

## What to do
Write the value in the unit of the attribute: KiB for `burst`, KiB per second for the others. If the number is in bytes,
divide it by 1024. If it stands for "as much as possible", use the maximum.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' burst='4194304'/>
    <outbound average='1000' burst='67108864'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:29: error: invalid value '4194304' for 'burst': expected at most 4194303 [bandwidth-too-large]
lan.xml:6:30: error: invalid value '67108864' for 'burst': expected at most 4194303 [bandwidth-too-large]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' burst='4194303'/>
    <outbound average='1000' burst='4194303'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' burst='4194303'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the limit becomes the highest that libvirt can set, but the number may be in bytes.

## Libvirt
At define, by newer versions: `value '4194304' is too big for 'burst' parameter, maximum is '4194303'`; for a port
group, when a guest that uses it starts. libvirt 9.0 accepts it in the definition. When the network starts, tc refuses
such a burst: `argument "4194304kb" is wrong: buffer`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#quality-of-service
- libvirt src/conf/netdev_bandwidth_conf.c, virNetDevBandwidthValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Plug, Problem, Project, View, When, edit, fix, problem, rule


@rule(
    "bandwidth-too-large",
    code="VN1230",
    on=(Network, Interface),
    severity="error",
    when="define",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    for plug, rate in ((each, rate) for each in user.plugs for rate in each.rates):
        for name, most in MOST.items():
            value = View(rate).number(name)
            is_old = project.has_older_libvirt("9.1.0")
            if value is None or value <= most or (is_old and name != "burst"):
                continue
            yield problem(
                rate.attributes[name],
                f"invalid value '{value}' for '{name}': expected at most {most}",
                fix(f"Set {name} to {most}", edit.set_attribute(rate, name, str(most)), safety="unsafe"),
                when=_moment(user, plug, is_old),
                libvirt_message=None if is_old else TOO_BIG.format(value, name, most),
            )


def _moment(user: Network | Interface, plug: Plug, is_old: bool) -> When | None:
    """The moment when libvirt refuses the value, or None at define; a port group is read when a guest uses it."""
    if isinstance(user, Network) and plug is not user.plugs[0]:
        return "plug"
    return ("start" if isinstance(user, Network) else "plug") if is_old else None


MOST = {"average": 2**54, "peak": 2**54, "floor": 2**54, "burst": 4194303}
"""The largest values, in KiB per second; of `burst`, in KiB."""

TOO_BIG = "value '{}' is too big for '{}' parameter, maximum is '{}'"
