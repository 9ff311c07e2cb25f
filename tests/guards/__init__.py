"""Every guard that holds money or stock: what it is, how it is taken out, and the test that must then fail."""
