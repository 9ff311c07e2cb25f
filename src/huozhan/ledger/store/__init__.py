"""Every query of the ledger: what writes, what reads, and what seals and proves."""
