"""The OpenSearch port: the same questions, ranking and filters as one request body, for markets beyond one machine.

See `docs/opensearch.md` for when to choose it, how to set it up, and what may differ from the embedded engine.
"""
