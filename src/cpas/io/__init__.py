"""Records and tables to files and back: the only door to cattrs and YAML."""
