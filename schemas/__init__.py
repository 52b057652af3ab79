"""The project's own RELAX NG schemas of libvirt's XML: readable `.rnc` sources and the `.rng` files made of them."""
