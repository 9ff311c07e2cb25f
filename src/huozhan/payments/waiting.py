"""How long a party may stay silent before it is asked."""

INTENT_PATIENCE = "payments.intent_patience"
