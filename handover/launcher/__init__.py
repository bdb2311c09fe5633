"""Set-up, supervision, tests: what `make` calls.

Standard library only: this runs on any Python 3.11+ before an environment exists.
"""
