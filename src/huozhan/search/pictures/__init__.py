"""Search by pictures 以图搜货: photos of strangers, vectors of the pictures of offers, and what is near to what."""
