"""Goods near in meaning to words that nothing has: an optional model of texts, an index of titles, the rescue."""
