"""Every way into the market; translation only, no rule of the trade."""
