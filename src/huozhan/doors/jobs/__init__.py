"""Scheduled and queued work: each task is one call."""
