"""Wire types and event names: everything that crosses a process border, and nothing else."""
