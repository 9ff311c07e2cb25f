"""A stand-in for an OpenSearch cluster: it refuses what OpenSearch refuses, and really answers over the documents it holds.

Stricter than a cluster in one thing, as a cluster is with `index.query.parse.allow_unmapped_fields: false`: a question about a
field that the mapping does not know is refused.
"""

from tests.search.opensearch_server.server import Server, Trouble, over_http, transport_of

__all__ = ["Server", "Trouble", "over_http", "transport_of"]
