"""Every query of payments, by what it is about."""
