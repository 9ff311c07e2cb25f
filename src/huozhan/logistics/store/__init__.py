"""All SQL of logistics; suppliers see their own, the worker and the carriers name what they speak of."""
