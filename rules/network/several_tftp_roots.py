"""A network sets several TFTP folders, but guests see only the last one.

dnsmasq has one TFTP folder for the whole network. libvirt writes a line for each `<tftp>`, and the last one counts.

## What to do
Keep one `<tftp>` and set its `root` to the folder that guests need. If they need files of several folders, put these
files into that one.

## Bad
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
  </ip>
  <ip address='192.168.21.1' prefix='24'>
    <tftp root='/var/lib/tftpboot'/>
  </ip>
</network>
```

## Report
```text
lan.xml:4:5: warning: several TFTP folders: dnsmasq serves only the last, '/var/lib/tftpboot' [several-tftp-roots]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/var/lib/tftpboot'/>
  </ip>
  <ip address='192.168.21.1' prefix='24'>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
  </ip>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the folder that is served stays the same, but the other one may have been meant.

## Libvirt
Never: dnsmasq gets two lines `tftp-root=`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, known, problem, related, rule


@rule("several-tftp-roots", code="VN1503", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    found = [tftp for ip in network.ips if ip.family == "ipv4" for tftp in ip.node.all("tftp")[:1]]
    roots = [known(tftp.get("root")) for tftp in found]
    first, last = (roots[0], roots[-1]) if roots else (None, None)
    if len(found) < 2 or first is None or last is None or first == last:
        return
    edits = edit.set_attribute(found[0], "root", last), *(edit.remove(tftp) for tftp in found[1:])
    yield problem(
        found[0],
        f"several TFTP folders: dnsmasq serves only the last, '{last}'",
        fix(f"Set root to '{last}' and remove the other <tftp>", *edits, safety="unsafe"),
        related=(related(found[-1], "the last folder"),),
    )
