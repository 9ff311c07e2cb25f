"""All SQL of price books."""
