"""The desk: keeper of conversations, customers and credit. See README.md beside this file."""
