"""All SQL of scenes. Marks and figures are the market's own count; what a supplier sees of them is scoped by its organisation."""
