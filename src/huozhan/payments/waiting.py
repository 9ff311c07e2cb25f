"""What is waited for: until a silent party is asked, until a payment by bank transfer closes."""

INTENT_PATIENCE = "payments.intent_patience"
BANK_EXPIRY = "bank_expiry"
"""The timer that closes a payment by bank transfer, which no channel closes."""
