"""A suppression names no rule, so it suppresses nothing.

The name is misspelled, or there is none: a suppression names the rules that it means, and there is no form for all.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <!-- vnetlint: ignore[ip-on-bridge-network] the old host still reads it -->
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:3: warning: no rule is named 'ip-on-bridge-network'; did you mean 'ip-on-bridged-network'? [unknown-suppression]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <!-- vnetlint: ignore[ip-on-bridged-network] the old host still reads it -->
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <!-- vnetlint: ignore[ip-on-bridged-network] the old host still reads it -->
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Fix safety
Safe: a suppression under its right name changes only what is reported. One without a near name is taken away.

## Libvirt
Never: to libvirt it is a comment.

## References
- docs/suppressions.md
"""

from vnetlint.api import declare

UNKNOWN_SUPPRESSION = declare(
    "unknown-suppression", __name__, code="VN0031", severity="warning", when="never", since="0.1"
)
