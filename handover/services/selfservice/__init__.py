"""What customers have done by themselves: decided from database facts, carried out once, confirmed in writing."""
