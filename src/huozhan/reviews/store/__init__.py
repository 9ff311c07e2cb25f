"""Every query of reviews."""
