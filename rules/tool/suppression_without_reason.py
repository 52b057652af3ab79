"""A suppression has no reason.

Without a reason nobody can tell later whether it still applies. The rule belongs to the profile `strict`.

## What to do
Write the reason in the comment, after the closing bracket; `TODO` is none. If nobody knows the reason, remove the
suppression.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <!-- vnetlint: ignore[ip-on-bridged-network] -->
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:3: info: missing reason for the suppression of 'ip-on-bridged-network' [suppression-without-reason]
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

## Libvirt
Never: to libvirt it is a comment.

## References
- docs/suppressions.md
"""

from vnetlint.api import declare

SUPPRESSION_WITHOUT_REASON = declare(
    "suppression-without-reason",
    __name__,
    code="VN0032",
    severity="info",
    when="never",
    since="0.1",
    profile="strict",
    suppressible=False,
)
