"""All SQL of insight."""
