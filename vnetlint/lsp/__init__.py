"""The language server: a thin face of the engine's two doors, over stdio by pygls."""
