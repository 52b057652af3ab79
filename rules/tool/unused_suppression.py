"""A suppression suppresses nothing now, but would hide the next finding of its rule.

The problem it was written for has been fixed or moved, or the comment is before the wrong element. Suppressions of
rules that are not selected are not reported.

## What to do
Remove the suppression. If it is before the wrong element, move it to the right one.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <!-- vnetlint: ignore[ip-on-bridged-network] the old host still reads it -->
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: warning: unused suppression of 'ip-on-bridged-network' [unused-suppression]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
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
Safe: it suppresses nothing. If it names several rules, only the unused ones are removed, and the reason stays.

## Libvirt
Never: to libvirt it is a comment.

## References
- docs/suppressions.md
"""

from vnetlint.api import declare

UNUSED_SUPPRESSION = declare(
    "unused-suppression", __name__, code="VN0030", severity="warning", when="never", since="0.1", suppressible=False
)
