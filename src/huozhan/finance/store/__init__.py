"""All SQL of finance."""
