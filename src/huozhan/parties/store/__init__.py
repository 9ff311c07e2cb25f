"""Every query of this context, by what it is about."""
