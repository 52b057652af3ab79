"""A value is none of those that libvirt reads there.

Some such values libvirt refuses at define, others it reads as if nothing stood there. Where it is known to take a value
that only its schema rejects, such as an empty `<title>` or a bridge of an odd name, that is only worth knowing.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='natt'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <title></title>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
</domain>
```

## Report
```text
lan.xml:3:12: error: invalid value 'natt' for 'mode'; did you mean 'nat'? [schema-bad-value]
web.xml:3:3: info: the schema does not allow an empty <title>; libvirt reads it as absent [schema-bad-value]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
</domain>
```

## Fix safety
Unsafe: a right value begins to count. Safe where libvirt takes the value: what it reads is written out.

## Libvirt
Never by the schema, unless asked to validate. Here the parser refuses it too, at define: `unknown forwarding type 'natt'`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_BAD_VALUE = declare("schema-bad-value", __name__, code="VN0016", severity="error", when="never", since="0.1")
