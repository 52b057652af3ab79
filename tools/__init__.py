"""What makes files of this repository. No wheel contains it."""
