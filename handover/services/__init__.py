"""What can be done with conversations, customers and credit: one transaction per call, events with every change."""
