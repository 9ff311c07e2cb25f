"""同义词表: the groups of words that traders use for one another, as the market's operators keep them."""
