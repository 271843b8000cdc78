"""Processes killed, and refused by the system, at every point where they touch files."""
