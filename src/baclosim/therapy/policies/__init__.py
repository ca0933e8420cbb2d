"""Policies: what is done at a visit when this or that is seen, read from plain words, checked and put into words."""
