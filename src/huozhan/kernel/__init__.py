"""What every floor stands on; it knows nothing of trade."""
