"""An attribute has a name that libvirt does not know there, so libvirt drops it.

The document is defined without an error and stored without the attribute.

## What to do
Correct the name. If it is the name of an element, such as `<network name='lan'>`, write it as one. If libvirt has no
such attribute, remove it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' dely='5'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:25: warning: unknown attribute 'dely' on <bridge>; did you mean 'delay'? [schema-unknown-attribute]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' delay='5'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: with the right name, or as an element, the attribute takes effect. Removing it changes nothing for libvirt. If a similar name
exists, removing it is your choice.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`):
`XML document failed to validate against schema`.
If the attribute is required, libvirt reports it as missing at define, such as `actoin` in a filter's `<rule>`:
`rule node requires action attribute`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_UNKNOWN_ATTRIBUTE = declare(
    "schema-unknown-attribute", __name__, code="VN0014", severity="warning", when="never", since="0.1"
)
