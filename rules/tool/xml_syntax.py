"""The file is not well-formed XML, and nothing can read it.

libvirt parses the whole document first, so `virsh define` stops here. Only the first fault of a file is reported,
because those after it are often its consequence. vnetlint does not check such a file further, and reports it whatever
rules are selected.

## Bad
```xml
<network>
  <name>lan</name>
  <title>R&D</title>
</network>
```

## Report
```text
lan.xml:3:11: error: a bare & is not allowed; write &amp; [xml-syntax]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <title>R&amp;D</title>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <title>Research</title>
</network>
```

## Fix safety
Safe: libvirt refuses the file as it is. Offered for a bare `&`, a value without quotes and an attribute given twice
with one value; where more than one thing can be meant there is no fix.

## Libvirt
At define: `(network_definition):3: xmlParseEntityRef: no name`, or another of libxml2's messages.

## References
- https://www.w3.org/TR/xml/#sec-well-formed
- libvirt src/util/virxml.c, virXMLParseHelper()
"""

from vnetlint.api import declare

XML_SYNTAX = declare("xml-syntax", __name__, code="VN0001", severity="error", when="define", since="0.1")
