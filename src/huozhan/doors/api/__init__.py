"""The JSON API, version 1: a table of operations in front of the use cases."""
