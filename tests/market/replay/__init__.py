"""Tests of the replay of past invoices."""
