"""In which order good hits stand: relevance times what buyers, service and time say of an offer (domain rule B3.3)."""
