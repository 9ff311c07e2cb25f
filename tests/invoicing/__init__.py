"""Invoices: titles, requests, the tax party, red letters."""
