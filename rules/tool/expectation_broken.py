"""Somebody reaches, or does not reach, whom the configuration's `expect` says otherwise.

An expectation, `expect` in the configuration, is what the site relies on, such as that the database network never
reaches the Internet. vnetlint follows the packets through the networks, guests and network filters of the files and
through the host's inventory. The finding is on the last element that decides about them. There is one for each group of
guests that are alike.

## What to do
Change the element if the expectation is right: another forward mode, another network, a network filter. If the packets
are meant to go where they go, change or remove the expectation. `vnetlint reach --from NAME --to NAME --why` shows each
step with its reason.

## Bad
```xml db.xml
<network>
  <name>db</name>
  <forward mode='nat'/>
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
{"version": 1, "libvirt": "12.8.0", "firewall_backend": "nftables",
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
 "forward_policy": "accept"}
```
```toml vnetlint.toml
[[expect]]
from = "network:db"
to = "internet"
verdict = "blocked"
```

## Report
```text
db.xml:3:12: error: db-1 must not reach internet, but IPv4 is allowed: network 'db' lets its guests out [expectation-broken]
```

## Good
```xml db.xml
<network>
  <name>db</name>
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
{"version": 1, "libvirt": "12.8.0", "firewall_backend": "nftables",
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
 "forward_policy": "accept"}
```
```toml vnetlint.toml
[[expect]]
from = "network:db"
to = "internet"
verdict = "blocked"
```

## Libvirt
Never: libvirt does not know what a site expects.

## References
- https://libvirt.org/formatnetwork.html#connectivity
"""

from vnetlint.api import declare

EXPECTATION_BROKEN = declare("expectation-broken", __name__, code="VN0040", severity="error", when="never", since="0.1")
