"""Files for customers: made anew each time from what the database says, one module per kind."""
