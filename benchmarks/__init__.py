"""How fast custbook-gen is, next to other writers and readers: ``python -m benchmarks``."""
