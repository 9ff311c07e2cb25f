"""Filling a market: with the demo's goods, or with whole data sets."""
