"""Queries of contracts; those of a side are scoped by the actor's organisation."""
