"""A file holds several documents, but libvirt accepts only one.

`virsh net-define`, `define` and `nwfilter-define` refuse such a file. `virt-install --print-xml` prints two documents
of one guest, one for the installation and one for afterwards: these are not reported. Templates are not reported
either, nor documents on standard input, such as the output of several `virsh net-dumpxml`.

## What to do
Move each document to a file of its own.

## Bad
```xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
<network>
  <name>test</name>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:1: error: unexpected <network> after network 'lab': libvirt reads one document per file [several-documents]
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
    <boot dev='network'/>
  </os>
  <on_reboot>destroy</on_reboot>
</domain>
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
    <boot dev='hd'/>
  </os>
</domain>
```

## Fix safety
Shown only: the new file needs a name.

## Libvirt
At define: `Extra content at the end of the document`. Seen on 9.0, 11.3 and 12.8.

## References
- libvirt src/util/virxml.c, virXMLParseHelper()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Filter, Network, Problem, Project, advise, problem, related, rule


@rule("several-documents", code="VN3702", on=(Network, Domain, Filter), severity="error", when="define", since="0.1")
def check(document: Network | Domain | Filter, project: Project) -> Iterator[Problem]:
    first = project.first_in_file(document)
    is_printed = isinstance(first, Domain) and isinstance(document, Domain) and first.name == document.name
    source = document.node.document.source
    if first is document or is_printed or source.is_template or source.path == "<stdin>":
        return
    yield problem(
        document,
        f"unexpected <{document.node.name}> after {first.label}: libvirt reads one document per file",
        advise("Move it to a file of its own", f"<{document.node.name}>…</{document.node.name}>"),
        related=(related(first, "the first document"),),
        libvirt_message="Extra content at the end of the document",
    )
