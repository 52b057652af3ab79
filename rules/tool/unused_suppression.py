"""A suppression suppresses nothing, and would hide the next finding of its kind.

What it was written for has been mended or moved, or it stands before the wrong element. A suppression of a rule that
does not run is not counted.

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
lan.xml:4:3: warning: 'ip-on-bridged-network' has nothing to suppress here [unused-suppression]
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
Safe: nothing is suppressed by it. Of several rules only the unused ones are taken out, and the reason stays.

## Libvirt
Never: to libvirt it is a comment.

## References
- docs/suppressions.md
"""

from vnetlint.api import declare

UNUSED_SUPPRESSION = declare(
    "unused-suppression", __name__, code="VN0030", severity="warning", when="never", since="0.1"
)
