"""How fast custbook-gen is, next to other writers and readers; see docs/performance.md."""
