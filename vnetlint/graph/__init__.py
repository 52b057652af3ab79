"""The topology of a project as a picture: what is connected to what, and beside it who reaches whom."""
