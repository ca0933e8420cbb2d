"""How to begin and raise baclofen: what speaks against it, the published ways, each tried on patients like this one."""
