"""All SQL of the catalogue, a file per aggregate."""
