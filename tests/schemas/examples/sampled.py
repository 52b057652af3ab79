"""Parts that libvirt's schema and parser accept, of any version, which `benchmarks.sampler` found missing."""

from tests.schemas.documents import UUID, domain, interface, network

DOMAIN_ACCEPTED = {
    "paths of Windows": domain("<emulator>C:\\qemu.exe</emulator>", "<cpu mode='host-passthrough'/>"),
    "a root for the kernel": (
        "<domain type='xen'><name>a</name><memory>1</memory><os><type>linux</type><kernel>/k</kernel>"
        "<root>/dev/xvda</root></os></domain>"
    ),
    "shared memory without a name": domain("<shmem name=''/>"),
    "the root of the host": domain("<filesystem><source dir='/'/><target dir='all'/></filesystem>"),
    "no filter of redirected devices": domain("<redirfilter/>"),
    "any mode where nobody waits": domain("<serial type='pty' tty='/dev/pts/4'><source mode='any'/></serial>"),
    "the terminal of a parallel port": domain("<parallel type='pty' tty='/dev/pts/4'><target type='xen'/></parallel>"),
    "a log of random numbers": domain(
        "<rng model='virtio'><backend model='egd' type='tcp'><source mode='connect' host='h' service='1'/>"
        "<log file='/l'/></backend></rng>"
    ),
    "a copy as it used to be": domain(
        "<disk><source file='/a'/><target dev='vda'/><mirror file='/b' format='raw' job='copy'><source file='/b'/>"
        "</mirror></disk>"
    ),
    "a host of any protocol": domain(
        "<disk type='network'><source protocol='iscsi' name='a'><host transport='unix' socket='/s'/></source>"
        "<target dev='vda'/></disk>"
    ),
    "a time out of any protocol": domain(
        "<disk type='network'><source protocol='sheepdog' name='a'><host name='h'/><timeout seconds='1'/></source>"
        "<target dev='vda'/><vendor>a,b</vendor></disk>"
    ),
    "raw I/O of a unit": domain(
        "<disk type='block' device='lun' rawio='yes' sgio='filtered'><source dev='/d'/><target dev='sda'/></disk>"
    ),
    "a display of a PCI device": domain(
        "<hostdev mode='subsystem' type='pci' display='on' ramfb='on'><source startupPolicy='optional'>"
        "<address domain='0' bus='0x1' slot='2' function='0' multifunction='on'/></source></hostdev>"
    ),
    "a USB card by its makers": interface(
        "hostdev", "<source missing='yes'><vendor id='0x1234'/><product id='0x5678'/></source>"
    ),
    "a SCSI adapter of its kind": domain(
        "<hostdev mode='subsystem' type='scsi'><source protocol='adapter'><adapter type='scsi_host' name='scsi_host0'/>"
        "<address bus='0' target='0' unit='0'/></source></hostdev>"
    ),
    "what made the bridge": interface("network", "<source network='a' bridge='a b' macTableManager='libvirt'/>"),
    "a fast counter": domain("", "<clock offset='utc'><timer name='tsc' frequency='4294967296'/></clock>"),
    "ticks of ARM": domain("", "<clock offset='utc'><timer name='armvtimer' tickpolicy='discard'/></clock>"),
    "shares of all processors": domain("", "<cputune><cachetune><monitor level='3'/></cachetune></cputune>"),
    "a guest that is known to the CPU": domain(
        "", "<launchSecurity type='sev'><handle>1</handle><policy>0x1</policy></launchSecurity>"
    ),
    "a counter of the order": domain("", "<vcpus><vcpu id='0' enabled='yes' order='0'/></vcpus>"),
    "a blob of no file": domain("", "<sysinfo type='fwcfg'><entry name='opt/a' file=''/></sysinfo>"),
    "openrisc": (
        "<domain type='qemu'><name>a</name><memory>1</memory><os><type arch='openrisc'>hvm</type></os></domain>"
    ),
    "the identity of the firmware": domain("", f"<hwuuid>{UUID}</hwuuid>"),
    "a crash that the guest deals with": domain("", "<on_crash>preserve-running</on_crash>"),
    "features of other machines": domain("", "<features><aia value='aplic-imsic'/><virtualization/></features>"),
    "an IOMMU with everything": domain(
        "<iommu model='smmuv3'><driver pciBus='1' accel='on' ats='on' ril='off' ssidsize='8' oas='44' cmdqv='on'/>"
        "</iommu>"
        "<iommu model='virtio'><driver><granule size='64' unit='KiB'/></driver></iommu>"
        "<iommu model='virtio'><driver><granule mode='host'/></driver></iommu>"
    ),
    "a card of virtio's": domain("<video><model type='virtio' device='virtio-vga-gl' edid='off' blob='on'/></video>"),
    "disks of USB": domain("<disk model='usb-bot'><source file='/a'/><target dev='sda' bus='usb' dpofua='on'/></disk>"),
    "a disk of FreeBSD": domain("<disk type='ctl'><source dev='/dev/cam/ctl'/><target dev='sda' bus='scsi'/></disk>"),
    "a long name of a product": domain(
        f"<disk><source file='/a'/><target dev='sda'/><product>{'p' * 40}</product></disk>"
    ),
    "limits of every device": domain("", "<blkiotune><device><path>*</path></device></blkiotune>"),
    "a weight of polling": domain("", "<iothreadids><iothread id='1'><poll weight='63'/></iothread></iothreadids>"),
    "reservations that stay": domain(
        "<disk type='block' device='lun'><source dev='/d'><reservations managed='yes' migration='no'/></source>"
        "<target dev='sda'/></disk>"
    ),
}
DOMAIN_REJECTED = {
    "raw I/O of a disk": domain("<disk rawio='yes'><source file='/a'/><target dev='sda'/></disk>"),
    "an enlightenment without a state": domain("", "<features><hyperv><runtime/></hyperv></features>"),
    "a redirected device of no kind": domain("<redirdev bus='usb'/>"),
    "a card of no kind": domain("<smartcard mode='passthrough'/>"),
    "a pair that stays with the host": domain(
        "<hostdev mode='capabilities' type='net'><source><interface>a</interface></source>"
        "<teaming type='persistent'/></hostdev>"
    ),
    "the password of no protocol": domain(
        "<disk type='network'><source protocol='rbd' name='a'><host name='h'/><auth username='u'>"
        f"<secret type='other' uuid='{UUID}'/></auth></source><target dev='sda'/></disk>"
    ),
}
NETWORK_ACCEPTED = {
    "a driver of VFIO": network(
        "<forward mode='hostdev'><driver name='xen' model='a+b' iommufd='yes'/><address type='pci' multifunction='on'/>"
        "</forward>"
    ),
    "the default route": network("<ip address='192.0.2.1' prefix='24'/><route gateway='192.0.2.9'/>"),
}
NETWORK_REJECTED = {
    "a bus in hexadecimal digits": network("<forward mode='hostdev'><address type='pci' bus='7F'/></forward>"),
}
