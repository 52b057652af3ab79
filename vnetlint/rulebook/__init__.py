"""The rules of a run: what a rule is, its page, the catalogue of all, and the rules about a message of libvirt's."""
