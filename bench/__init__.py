"""Measures the market beside the bare limit of the same machine in the same run; it never judges."""
