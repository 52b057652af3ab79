"""The language server: `lint` and `fix` for editors, over standard input and output, by pygls."""
