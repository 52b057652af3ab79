"""The document uses something that the target version of libvirt does not support yet.

An older libvirt silently drops elements and attributes that it does not know, and refuses values that it does not
know. The rule needs a version from `--target-libvirt` or `target-libvirt`. It uses the versions that libvirt's
documentation gives.

## What to do
Remove what the older libvirt does not support. If every host has a newer version, raise `target-libvirt` instead.

## Bad
```xml
<network>
  <name>lan</name>
  <title>Research</title>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```toml vnetlint.toml
target-libvirt = "9.0.0"
```

## Report
```text
lan.xml:3:3: warning: <title> requires libvirt 9.7.0, but the target is 9.0.0 [needs-newer-libvirt]
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
  <title>Research</title>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```toml vnetlint.toml
target-libvirt = "9.7.0"
```

## Fix safety
Choice: a newer libvirt loses what the older one never had. Where the schema requires the part, the element around it
is removed. Where the schema requires that too, only a newer target helps.

## Libvirt
Never, for elements and attributes; most values that libvirt does not know are refused at define.

## References
- https://libvirt.org/news.html
"""

from vnetlint.api import declare

NEEDS_NEWER_LIBVIRT = declare(
    "needs-newer-libvirt", __name__, code="VN0020", severity="warning", when="never", since="0.1"
)
