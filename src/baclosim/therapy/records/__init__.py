"""Dose records: event tables as NONMEM means them, from a file or a frame, checked row by row."""
