"""All SQL of insurance."""
