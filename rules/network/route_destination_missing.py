"""A static route has no `address`, and libvirt before 12.8.0 refuses to define its network.

Newer versions read such a `<route>` as the default route: while the network runs, the host sends everything for which
it has no other route to the gateway. Where neither an inventory nor `target-libvirt` names the version, the finding is
a warning.

## What to do
Set `address` and `prefix` to the subnet behind the gateway. To set a default route on purpose, write
`address='0.0.0.0'`, or `address='::'` for IPv6, which every version reads. If the host needs no such route, remove
`<route>`.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='10.44.0.1' prefix='24'/>
  <route gateway='10.44.0.2'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "11.3.0"}
```

## Report
```text
lab.xml:4:3: error: missing attribute 'address': a default <route> needs libvirt 12.8.0 [route-destination-missing]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='10.44.0.1' prefix='24'/>
  <route gateway='10.44.0.2'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "12.8.0"}
```

## Fix safety
A choice: the destination may be what is missing, and only the owner of the network knows it. The second fix writes the
default route in the form that every version reads.

## Libvirt
At define: `lab: Missing required address attribute in route definition`. Never since 12.8.0.

Seen on 9.0 and 11.3; 12.8 reads it as the default route.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, heard, problem, rule


@rule("route-destination-missing", code="VN1120", on=Network, severity="error", when="define", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    is_newer = project.has_libvirt("12.8.0")
    for route in network.routes:
        if route.node.get("address") is not None or is_newer:
            continue
        anywhere = "::" if route.node.get("family") == "ipv6" else "0.0.0.0"
        written = edit.set_attribute(route.node, "address", anywhere) if route.lacks_prefix else ()
        yield problem(
            route,
            "missing attribute 'address': a default <route> needs libvirt 12.8.0",
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            fix(f"Set address='{anywhere}'", written, safety="choice"),
            severity="warning" if is_newer is None else None,
            libvirt_message=heard("{}: Missing required address attribute in route definition", network.name),
        )
