"""A NAT, routed or open network has no address, and libvirt refuses to define it.

Guests send what is to be forwarded to the network's own address, and the firewall rules are about its subnet. Without
`<ip>` there is neither. Only an isolated network needs no address, because it is just a switch between its guests, and
since libvirt 10.8.0 an open network. For an open network the finding is a warning where neither an inventory nor
`target-libvirt` gives the version.

## What to do
Add an `<ip>` with a subnet that nothing else uses. If guests only need to reach each other, remove `<forward>`, and the
network is isolated.

## Bad
```xml edge.xml
<network>
  <name>edge</name>
  <forward mode='open'/>
  <bridge name='virbr5'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.123.10/24"]}]}
```

## Report
```text
edge.xml:3:12: warning: missing <ip>: forward mode 'open' needs an address before libvirt 10.8.0 [forward-without-address]
lab.xml:3:12: error: missing <ip>: forward mode 'nat' needs an address [forward-without-address]
```

## Fixed
```xml edge.xml
<network>
  <name>edge</name>
  <forward mode='open'/>
  <bridge name='virbr5'/>
  <ip address='192.168.124.1' prefix='24'>
    <dhcp>
      <range start='192.168.124.2' end='192.168.124.254'/>
    </dhcp>
  </ip>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.125.1' prefix='24'>
    <dhcp>
      <range start='192.168.125.2' end='192.168.125.254'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml edge.xml
<network>
  <name>edge</name>
</network>
```

## Fix safety
A choice: the network gets a subnet that is free in the project and on the host, with DHCP as in libvirt's own `default`
network; its owner may want another one. Isolating it cuts guests off from the outside.

## Libvirt
At define: `nat forwarding requested, but no IP address provided for network 'lab'`, with its own mode in front. An open
network without `<ip>` is accepted since 10.8.0.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Problem, Project, addressed, edit, fix, heard, problem, rule, to_mode


@rule(
    "forward-without-address",
    code="VN1102",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    # In a template the address may come out of a placeholder.
    if not network.lacks_address or network.forward is None or network.is_template:
        return
    is_newer = project.has_libvirt("10.8.0") if network.mode == "open" else False
    if is_newer:
        return
    yield problem(
        network.mode_place,
        f"missing <ip>: forward mode '{network.mode}' needs an address{'' if is_newer is False else ' before libvirt 10.8.0'}",
        _address(network, project),
        fix("Remove <forward>, so that the network is isolated", *to_mode(network, "isolated"), safety="choice"),
        severity="warning" if is_newer is None else None,
        libvirt_message=heard(REFUSED, network.mode, network.name),
    )


REFUSED = "{} forwarding requested, but no IP address provided for network '{}'"


def _address(network: Network, project: Project) -> tuple[Fix, ...]:
    subnet = project.subnets.for_addressless.get(network)
    if subnet is None:
        return ()
    added = edit.insert(network.node, addressed(subnet))
    return fix(f"Add an <ip> with the subnet {subnet} and DHCP", added, safety="choice")
