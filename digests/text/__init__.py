"""Text craft: text in, values out. No I/O, no storage, no clock."""
