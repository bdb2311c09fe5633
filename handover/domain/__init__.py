"""Rules of conversations, customers and credit. Standard library only."""
