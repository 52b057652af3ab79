"""What earlier runs found, kept in the user's cache folder. A cache never changes what a run finds."""
