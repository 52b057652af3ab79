"""Ports and snapshots, which libvirt reports."""

from tests.schemas.documents import UUID, domain, port, snapshot

PORT_ACCEPTED = {
    "unplugged": port(""),
    "in a network": port("<group>desk</group><plug type='network' bridge='virbr0' macTableManager='libvirt'/>"),
    "on a bridge": port("<plug type='bridge' bridge='br0'/><port isolated='yes'/><rxfilters trustGuest='no'/>"),
    "on a device": port(
        "<plug type='direct' dev='en1' mode='vepa'/><virtualport type='802.1Qbh'/><vlan><tag id='7'/></vlan>"
    ),
    "a card": port(
        "<plug type='hostdev-pci' managed='yes'><driver name='vfio'/><address bus='2' slot='3' function='4'/></plug>"
    ),
    "shaped": port("<bandwidth classID='3'><inbound average='9'/></bandwidth>"),
}

PORT_REJECTED = {
    "nobody's": "<networkport/>",
    "an unknown plug": port("<plug type='tap'/>"),
    "a bridge without a name": port("<plug type='bridge'/>"),
    "a device without a mode": port("<plug type='direct' dev='en1'/>"),
    "two plugs": port("<plug type='network' bridge='a'/><plug type='network' bridge='a'/>"),
}

SNAPSHOT_ACCEPTED = {
    "of everything": snapshot(""),
    "as reported": snapshot(
        "<name>a</name><description>b</description><state>running</state><creationTime>1270477159</creationTime>"
        "<parent><name>c</name></parent><active>1</active>" + domain("<interface type='user'/>")
    ),
    "of some disks": snapshot(
        "<memory snapshot='no'/><disks><disk name='vda'><driver type='qcow2'/><source file='/n'/></disk>"
        "<disk name='vdb' snapshot='no'/>"
        "<disk name='vdc' type='block' snapshot='external'><source dev='/dev/n'/></disk></disks>"
    ),
    "with memory": snapshot("<memory snapshot='external' file='/m'/>"),
    "of old": snapshot(f"<domain><uuid>{UUID}</uuid></domain>"),
}

SNAPSHOT_REJECTED = {
    "two names for one": snapshot("<name>a</name><name>b</name>"),
    "an unknown state": snapshot("<state>asleep</state>"),
    "memory in no file": snapshot("<memory snapshot='external'/>"),
    "a disk without name": snapshot("<disks><disk snapshot='no'/></disks>"),
    "a guest that is not valid": snapshot(domain("<interface type='bridges'/>")),
}
