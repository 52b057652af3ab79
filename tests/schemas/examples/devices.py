"""Devices of guests, without their interfaces."""

from tests.schemas.documents import UUID, domain

ACCEPTED = {
    "a disk in a file": domain(
        "<disk type='file' device='disk' snapshot='external'>"
        "<driver name='qemu' type='qcow2' cache='none' io='io_uring' "
        "discard='unmap' iothread='1' queues='4'/><source file='/i.qcow2'><seclabel relabel='no'/></source>"
        "<target dev='vda' bus='virtio'/>"
        "<backingStore type='block'><format type='raw'/><source dev='/dev/b'/><backingStore/></backingStore><iotune>"
        "<read_iops_sec>4</read_iops_sec></iotune><boot order='1'/><serial>A-1</serial>"
        "<wwn>5000c50015ea71aa</wwn></disk>"
    ),
    "an empty drive": domain(
        "<disk type='file' device='cdrom'><target dev='sda' bus='sata' tray='open'/><readonly/></disk>"
    ),
    "a disk of Ceph": domain(
        "<disk type='network'><source protocol='rbd' name='p/i'><host name='mon1' port='6789'/><host name='mon2'/>"
        f"<snapshot name='s'/><auth username='u'><secret type='ceph' uuid='{UUID}'/></auth></source>"
        f"<target dev='vda'/></disk>"
    ),
    "a disk from the web": domain(
        "<disk type='network' device='cdrom'><source protocol='https' name='a.iso' query='b=c'>"
        "<host name='example.com' port='443'/>"
        "<ssl verify='no'/><cookies><cookie name='t'>v</cookie></cookies></source><target dev='sda'/></disk>"
    ),
    "an encrypted disk": domain(
        f"<disk type='block'><source dev='/dev/a'><encryption format='luks'>"
        f"<secret type='passphrase' uuid='{UUID}'/></encryption>"
        "</source><target dev='sda'/></disk>"
    ),
    "an NVMe disk": domain(
        "<disk type='nvme'><source type='pci' managed='yes' namespace='1'>"
        "<address domain='0' bus='1' slot='0' function='0'/></source>"
        "<target dev='vde' bus='virtio'/></disk>"
    ),
    "file systems": domain(
        "<filesystem type='mount' accessmode='passthrough'><driver type='virtiofs' queue='1024'/>"
        "<binary path='/v' xattr='on'>"
        "<lock posix='on'/><cache mode='always'/></binary><source dir='/a'/><target dir='tag'/></filesystem>"
        "<filesystem type='ram'><source usage='9' units='MiB'/><target dir='/t'/></filesystem>"
    ),
    "controllers": domain(
        "<controller type='pci' index='0' model='pcie-root'><pcihole64 unit='KiB'>0</pcihole64></controller>"
        "<controller type='pci' index='1' model='pcie-root-port'><target chassis='1' port='0x8' hotplug='off'/>"
        "<model name='pcie-root-port'/>"
        "</controller><controller type='usb' model='ich9-uhci1'><address type='pci'/><master startport='0'/>"
        "</controller>"
        "<controller type='scsi' model='virtio-scsi'><driver queues='4' iothread='1'/></controller>"
    ),
    "devices of the host": domain(
        "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source>"
        "<address domain='0' bus='6' slot='2' function='0'/>"
        "</source><rom bar='on'/></hostdev><hostdev mode='subsystem' type='usb'>"
        "<source startupPolicy='optional'><vendor id='0x1234'/>"
        f"<product id='0xbeef'/></source></hostdev><hostdev mode='subsystem' type='mdev' model='vfio-pci'>"
        f"<source><address uuid='{UUID}'/>"
        "</source></hostdev><hostdev mode='capabilities' type='net'><source><interface>eth0</interface>"
        "</source></hostdev>"
    ),
    "ports and channels": domain(
        "<serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>"
        "<console type='pty' tty='/dev/pts/1'>"
        "<target type='serial' port='0'/></console><channel type='unix'><source mode='bind' path='/s'/>"
        "<target type='virtio' "
        "name='org.qemu.guest_agent.0' state='connected'/></channel><serial type='tcp'>"
        "<protocol type='telnet'/><source mode='bind' "
        "host='192.0.2.1' service='5555'><reconnect enabled='no'/></source></serial><parallel type='file'>"
        "<source path='/f' append='on'/></parallel>"
    ),
    "what one sees": domain(
        "<graphics type='vnc' port='-1' autoport='yes' passwd='x' sharePolicy='ignore'>"
        "<listen type='address' address='192.0.2.1'/></graphics>"
        "<graphics type='spice' defaultMode='secure'><channel name='main' mode='secure'/>"
        "<image compression='off'/><gl enable='no'/></graphics>"
        "<video><model type='qxl' ram='65536' vram='65536' vgamem='16384' heads='1' primary='yes'/></video>"
    ),
    "what one hears": domain(
        "<sound model='ich9'><codec type='micro'/><audio id='1'/></sound>"
        "<audio id='1' type='pulseaudio' serverName='s'>"
        "<output name='o' voices='2'><settings frequency='44100' channels='2' format='s16'/></output></audio>"
    ),
    "small devices": domain(
        "<input type='tablet' bus='usb'/><input type='evdev'>"
        "<source dev='/dev/input/e' grab='all' repeat='on'/></input><hub type='usb'/>"
        "<watchdog model='i6300esb' action='reset'/><memballoon model='virtio'><stats period='10'/>"
        "</memballoon><rng model='virtio'>"
        "<backend model='random'>/dev/urandom</backend><rate bytes='9' period='1000'/></rng>"
        "<tpm model='tpm-crb'><backend type='emulator' "
        "version='2.0'><active_pcr_banks><sha256/></active_pcr_banks></backend></tpm><panic model='isa'>"
        "<address type='isa' iobase='0x505'/>"
        "</panic><vsock model='virtio'><cid auto='no' address='3'/></vsock><iommu model='intel'>"
        "<driver intremap='on'/></iommu>"
    ),
    "modules of memory": domain(
        "<memory model='dimm' access='private'><target><size unit='KiB'>9</size><node>0</node></target><source>"
        "<nodemask>1-3</nodemask>"
        "</source></memory><shmem name='s' role='peer'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>"
    ),
    "redirected USB": domain(
        "<redirdev bus='usb' type='spicevmc'/><redirfilter>"
        "<usbdev class='0x08' vendor='0x1234' version='2.56' allow='yes'/>"
        "<usbdev allow='no'/></redirfilter><smartcard mode='host'/>"
    ),
}

REJECTED = {
    "a disk without a target": domain("<disk type='file'><source file='/a'/></disk>"),
    "a disk in a relative file": domain("<disk type='file'><source file='a.img'/><target dev='vda'/></disk>"),
    "a file for a block device": domain("<disk type='block'><source file='/a'/><target dev='vda'/></disk>"),
    "an unknown bus": domain("<disk type='file'><target dev='vda' bus='virtioo'/></disk>"),
    "an unknown cache": domain("<disk type='file'><driver cache='some'/><target dev='vda'/></disk>"),
    "an unknown format": domain("<disk type='file'><driver type='qcow3'/><target dev='vda'/></disk>"),
    "a serial number with a slash": domain("<disk type='file'><target dev='vda'/><serial>a/b</serial></disk>"),
    "an unknown controller": domain("<controller type='uhci'/>"),
    "PCI without a model": domain("<controller type='pci' index='1'/>"),
    "a controller below zero": domain("<controller type='usb' index='-1'/>"),
    "a mediated device by its PCI address": domain(
        "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address bus='1'/></source></hostdev>"
    ),
    "an unknown kind of port": domain("<serial type='ptyy'/>"),
    "a channel without a target": domain("<channel type='unix'/>"),
    "a display on a network that is not named": domain("<graphics type='vnc'><listen type='network'/></graphics>"),
    "memory of qxl on another card": domain("<video><model type='vga' vgamem='1'/></video>"),
    "an unknown sound card": domain("<sound model='sb32'/>"),
    "an unknown watchdog": domain("<watchdog model='dog'/>"),
    "two balloons": domain("<memballoon model='virtio'/><memballoon model='none'/>"),
    "a USB port through five hubs": domain(
        "<input type='mouse'><address type='usb' bus='0' port='1.2.3.4.5'/></input>"
    ),
}
