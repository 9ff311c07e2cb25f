"""Tests of what fills a market."""
