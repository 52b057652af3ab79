"""Whether a document is what libvirt's format allows: which schemas there are, and the verdict on a document."""
