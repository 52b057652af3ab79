"""The folder for TFTP is a relative path, which dnsmasq looks for in `/`.

dnsmasq runs in the root folder of the host, no matter where the XML file is. If there is no such folder, it does not
start. An absolute path names the same folder and cannot be misread. If the inventory has `folders`, `tftp-root-missing`
checks whether the folder exists, and this rule reports nothing.

## What to do
Set `root` to the absolute path of the folder, such as `/srv/tftp`. If guests need no TFTP server, remove `<tftp>`.

## Bad
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='srv/tftp'/>
  </ip>
</network>
```

## Report
```text
lan.xml:4:11: info: relative TFTP folder 'srv/tftp': dnsmasq looks for it in / [tftp-root-relative]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
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
</network>
```

## Fix safety
Safe: dnsmasq finds the same folder. Removing the server is a choice.

## Libvirt
At start, if there is no such folder: dnsmasq stops, and libvirt repeats its
`TFTP directory srv/tftp inaccessible: No such file or directory`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfTFTP()
"""

import posixpath
from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, known, problem, rule


@rule("tftp-root-relative", code="VN1309", on=Network, severity="info", when="start", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    if project.host is not None and project.host.inventory.folders is not None:
        return
    for ip in network.ips if network.owns_bridge else ():
        tftp = ip.node.child("tftp")
        root = known(tftp.get("root")) if tftp else None
        if tftp is None or root is None or root.startswith("/"):
            continue
        absolute = posixpath.normpath(f"/{root}")
        yield problem(
            tftp.attributes["root"],
            f"relative TFTP folder '{root}': dnsmasq looks for it in /",
            fix(f"Set root to '{absolute}'", edit.set_attribute(tftp, "root", absolute), safety="safe"),
            fix("Remove <tftp>", edit.remove(tftp), safety="choice"),
            libvirt_message=f"TFTP directory {root} inaccessible: No such file or directory",
        )
