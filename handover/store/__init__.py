"""The SQL database: tables, the unit of work, and one store per noun."""
