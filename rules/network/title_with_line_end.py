"""A network's title runs over several lines, and libvirt refuses to define the network.

`<title>` is the short text in lists of networks, and longer text belongs in `<description>`. Lists show one line, so
libvirt accepts only one. (The example writes the line end as `&#10;`.) Versions before 9.7 do not know the title and
ignore it. The finding is an error where the inventory or `target-libvirt` names 9.7.0 or newer, and a warning where
neither names a version. For older versions nothing is reported.

## What to do
Write `<title>` on one line. Move what is too long for a list to `<description>`.

## Bad
```xml
<network>
  <name>lab</name>
  <title>The laboratory&#10;in the east wing</title>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:3:3: warning: invalid <title>: it contains a line end, which libvirt 9.7.0 and newer refuse [title-with-line-end]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <title>The laboratory in the east wing</title>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <title>The laboratory in the east wing</title>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: the words stay. Only the white space between them becomes a single space.

## Libvirt
At define, since 9.7.0: `Network title can't contain newlines`.

Seen on 11.3 and 12.8; 9.0 accepts it.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, el, fix, known, problem, rule


@rule(
    "title-with-line-end",
    code="VN1101",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    refuses, node = project.has_libvirt("9.7.0"), network.node.child("title")
    title = known(node.text) if node else None
    if node is None or node.children or title is None or "\n" not in title:
        return
    if refuses is False:
        return
    yield problem(
        node,
        f"invalid <title>: it contains a line end{'' if refuses else ', which libvirt 9.7.0 and newer refuse'}",
        fix("Write it on one line", edit.replace(node, el("title", text=" ".join(title.split()))), safety="safe"),
        severity=None if refuses else "warning",
        libvirt_message="Network title can't contain newlines",
    )
