"""What the commands do, one module each: gather, decide, apply."""
