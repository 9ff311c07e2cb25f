"""The outside parties of a market, played on one machine: payment channel, bank, carrier, mail, signer.

It imports nothing from the market and the market imports nothing from here; `docs/stand-ins.md` is all they share.
"""
