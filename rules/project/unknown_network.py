"""A guest's interface names a network that does not exist, so the guest does not start.

libvirt still defines the guest, and looks for the network only when the guest starts. The finding is an error where
the project is declared complete, or the host's inventory lists its networks. Elsewhere the network may be defined by
other means: a name that resembles a known one is a warning, any other name an info. The rule knows `default`, which
libvirt installs, and the networks that the configuration lists as `external`.

## What to do
Correct the name in `<source network='…'/>`, or define the network. If the network is defined elsewhere, list its name
under `external` in `vnetlint.toml`.

## Bad
```xml lab.xml
<network>
  <name>laboratory</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='labratory'/>
    </interface>
  </devices>
</domain>
```
```toml
complete = true
```

## Report
```text
web.xml:5:15: error: unknown network 'labratory'; did you mean 'laboratory'? [unknown-network]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='laboratory'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lab.xml
<network>
  <name>laboratory</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='laboratory'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "networks": [{"name": "storage"}]}
```

## Fix safety
Choice: perhaps the network of that name is still to be defined. A similar name may be another network: `wan` and `lan`
differ by only one letter.

## Libvirt
When the guest starts: `Network not found: no network with matching name 'labratory'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#virtual-network
- libvirt src/conf/domain_conf.c, virDomainNetCreatePort()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Interface, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "unknown-network",
    code="VN3030",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place = interface.network
    name = known(place.value) if place else None
    exists = project.networks.exists(name) if name else True
    if place is None or name is None or exists or (exists is None and not _names_are_known(interface, project)):
        return
    meant = project.networks.similar.similar(name)
    yield problem(
        place,
        _message(name, exists, meant),
        _rename(place, meant) if meant else (),
        advise(DEFINE, f'external = ["{name}"]'),
        severity=None if exists is False else "warning" if meant else "info",
        libvirt_message=f"Network not found: no network with matching name '{name}'",
        confidence="high" if exists is False else "low",
    )


DEFINE = "Define the network, or declare in vnetlint.toml that it exists elsewhere"


def _names_are_known(interface: Interface, project: Project) -> bool:
    """Whether the files name networks, and neither a name nor the guest depends on a template."""
    return not interface.is_template and project.networks.are_all_named


def _message(name: str, exists: bool | None, meant: str | None) -> str:
    what = f"unknown network '{name}'" if exists is False else f"no file here defines network '{name}'"
    return f"{what}; did you mean '{meant}'?" if meant else what


def _rename(place: Attribute, meant: str) -> tuple[Fix, ...]:
    return fix(f"Change it to '{meant}'", edit.set_attribute(place.node, "network", meant), safety="choice")
