"""Whether an expectation of the configuration is met depends on a fact about the host that is not known.

An expectation that holds whatever the fact is, holds, and nothing is reported. If
at least one value breaks it, the finding names the fact and the key of the inventory that would tell it. It is a
warning, because what should be impossible may happen unnoticed; it is an info if connections are expected to be
allowed and usually are.

## What to do
Add the key to the [inventory](../inventory.md), or let `vnetlint host -o host.json` write one on the host, and name it
as `host` in the configuration.

## Bad
```xml db.xml
<network>
  <name>db</name>
  <forward mode='route'/>
  <bridge name='virbr5'/>
  <ip address='10.5.0.1' prefix='24'/>
</network>
```
```xml db-1.xml
<domain type='kvm'>
  <name>db-1</name>
  <devices>
    <interface type='network'>
      <source network='db'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "libvirt": "12.8.0",
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]}
```
```toml vnetlint.toml
[[expect]]
from = "network:db"
to = "lan(eth0)"
verdict = "blocked"
```

## Report
```text
db.xml:3:12: warning: db-1 must not reach lan(eth0), but IPv4 arrives without a reply if the host's firewall accepts what it forwards (forward_policy in the inventory) [expectation-undecided]
```

## Good
```xml db.xml
<network>
  <name>db</name>
  <forward mode='route'/>
  <bridge name='virbr5'/>
  <ip address='10.5.0.1' prefix='24'/>
</network>
```
```xml db-1.xml
<domain type='kvm'>
  <name>db-1</name>
  <devices>
    <interface type='network'>
      <source network='db'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "libvirt": "12.8.0",
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
 "firewall_backend": "nftables", "forward_policy": "drop"}
```
```toml vnetlint.toml
[[expect]]
from = "network:db"
to = "lan(eth0)"
verdict = "blocked"
```

## Libvirt
Never: libvirt does not know what a site expects.

## References
- https://libvirt.org/formatnetwork.html#connectivity
"""

from vnetlint.api import declare

EXPECTATION_UNDECIDED = declare(
    "expectation-undecided", __name__, code="VN0041", severity="warning", when="never", since="0.1"
)
