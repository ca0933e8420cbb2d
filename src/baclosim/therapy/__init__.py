"""What is prescribed: plain words, tablets, gel, pump programs; all of it ends as `Doses`."""
