"""The way to what is not ours: Rasa, mail servers, the index. Each with an in-memory twin for tests."""
