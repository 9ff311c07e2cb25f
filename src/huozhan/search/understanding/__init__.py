"""What a query means: corrections of what was mistyped, what is looked for, and what else to look for."""
