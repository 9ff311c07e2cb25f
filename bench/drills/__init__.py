"""The long proofs: what must never happen is tried many times over; each run prints what it takes to play it again."""
