"""Identical goods 同款: which offers are the same thing, told pair by pair, gathered in groups, kept with what tells it."""
