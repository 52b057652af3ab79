"""Makes the schemas: `.rng` from the `.rnc` sources, and `.xsd` from the `.rng`."""
