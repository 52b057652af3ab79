"""An interface or a filter refers to a network filter that does not exist, so the guest does not start.

libvirt looks for the filter when a guest plugs in, not before. The rule knows the filters that libvirt installs, such
as `clean-traffic`, and those that the configuration lists as `external`. The finding is an error where the project is
declared complete, or the inventory lists the host's filters. Elsewhere a name that resembles a known one is a warning.
Any other name is an info, if there are filters beside the file.

## What to do
Correct the name, or define the filter. If the filter is defined elsewhere, list its name under `external` in
`vnetlint.toml`.

## Bad
```xml no-ssh.xml
<filter name='no-ssh' chain='root'>
  <filterref filter='clean-trafic'/>
  <rule action='drop' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='nossh'/>
    </interface>
  </devices>
</domain>
```
```toml
complete = true
```

## Report
```text
no-ssh.xml:2:14: error: unknown filter 'clean-trafic'; did you mean 'clean-traffic'? [unknown-filter]
web.xml:6:18: error: unknown filter 'nossh'; did you mean 'no-ssh'? [unknown-filter]
```

## Fixed
```xml no-ssh.xml
<filter name='no-ssh' chain='root'>
  <filterref filter='clean-traffic'/>
  <rule action='drop' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-ssh'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml no-ssh.xml
<filter name='no-ssh' chain='root'>
  <filterref filter='clean-traffic'/>
  <rule action='drop' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-ssh'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='cloud'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "filters": ["clean-traffic", "cloud"]}
```

## Fix safety
Choice: perhaps the filter of that name is still to be defined, and a similar name may be another filter.

## Libvirt
When the guest starts: `internal error: referenced filter 'nossh' is missing`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#traffic-filtering-with-nwfilter
- libvirt src/conf/virnwfilterobj.c, virNWFilterObjListFindInstantiateFilter()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, FilterRef, Fix, Interface, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "unknown-filter",
    code="VN4101",
    on=(Interface, Filter),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Interface | Filter, project: Project) -> Iterator[Problem]:
    for each in _references(user):
        exists = project.filters.exists(each.filter) if each.filter else True
        meant = project.filters.similar.similar(each.filter) if each.filter and not exists else None
        if (
            exists
            or each.filter is None
            or (exists is None and not meant and not project.filters.are_named_beside(user))
        ):
            continue
        yield problem(
            each.attribute("filter") or each,
            _message(each.filter, exists, meant),
            _rename(each, meant) if meant else (),
            advise(DEFINE, f'external = ["{each.filter}"]'),
            severity=None if exists is False else "warning" if meant else "info",
            libvirt_message=f"referenced filter '{each.filter}' is missing",
            confidence="high" if exists is False else "low",
        )


DEFINE = "Define the filter, or declare in vnetlint.toml that it exists elsewhere"


def _message(name: str, exists: bool | None, meant: str | None) -> str:
    what = f"unknown filter '{name}'" if exists is False else f"no file here defines filter '{name}'"
    return f"{what}; did you mean '{meant}'?" if meant else what


def _rename(reference: FilterRef, meant: str) -> tuple[Fix, ...]:
    return fix(f"Change it to '{meant}'", edit.set_attribute(reference.node, "filter", meant), safety="choice")


def _references(user: Interface | Filter) -> tuple[FilterRef, ...]:
    """The references that libvirt resolves: at most one of an interface, and none if its type supports no filter."""
    if isinstance(user, Filter):
        return tuple(user.references)
    return user.filterrefs[:1] if user.type in ("network", "bridge", "ethernet") else ()
