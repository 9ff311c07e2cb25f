"""All SQL of carriage. Contracts and bills are the market's own; charges are scoped where a supplier looks."""
