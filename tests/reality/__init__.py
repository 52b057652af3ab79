"""Who reaches whom, measured with packets: hosts, LANs and guests of network namespaces around a real libvirtd."""
