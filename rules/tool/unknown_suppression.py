"""A suppression names an unknown rule or none, so it suppresses nothing.

The name is misspelled or missing. A suppression must name its rules; there is no form that suppresses all of them.

## What to do
Correct the name. If the brackets are empty, name the rule that the comment should suppress, or remove the comment.

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
lan.xml:5:3: warning: unknown rule 'ip-on-bridge-network' in a suppression; did you mean 'ip-on-bridged-network'? [unknown-suppression]
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
Safe where the name resembles that of one rule: the suppression then takes effect. Otherwise removing the name is a
choice, because another rule may have been meant.

## Libvirt
Never: to libvirt it is a comment.

## References
- docs/suppressions.md
"""

from vnetlint.api import declare

UNKNOWN_SUPPRESSION = declare(
    "unknown-suppression", __name__, code="VN0031", severity="warning", when="never", since="0.1", suppressible=False
)
