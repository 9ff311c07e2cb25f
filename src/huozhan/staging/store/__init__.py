"""All SQL of staging."""
