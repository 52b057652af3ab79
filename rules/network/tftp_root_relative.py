"""The folder for TFTP is given by a relative path, and dnsmasq does not find it.

dnsmasq runs in the root folder, so it looks for a relative path there, and does not start where there is no such
folder. Whether an absolute one exists is checked by `tftp-root-missing`, if the inventory tells.

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
lan.xml:4:11: error: invalid TFTP folder 'srv/tftp': expected an absolute path [tftp-root-relative]
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
Unsafe: that the path begins at the root is a guess. Removing the server is a choice.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its `TFTP directory srv/tftp inaccessible: No such file or directory`

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfTFTP()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, known, problem, rule


@rule("tftp-root-relative", code="VN1309", on=Network, severity="error", when="start", since="0.1", covers=("B012",))
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips if network.owns_bridge else ():
        tftp = ip.node.child("tftp")
        root = known(tftp.get("root")) if tftp else None
        if tftp is None or root is None or root.startswith("/"):
            continue
        absolute = "/" + root.removeprefix("./")
        yield problem(
            tftp.attributes["root"],
            f"invalid TFTP folder '{root}': expected an absolute path",
            fix(f"Set root to '{absolute}'", edit.set_attribute(tftp, "root", absolute), safety="unsafe"),
            fix("Remove <tftp>", edit.remove(tftp), safety="choice"),
            libvirt_message=f"TFTP directory {root} inaccessible: No such file or directory",
        )
