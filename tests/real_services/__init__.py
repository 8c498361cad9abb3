"""Real servers for the tests, started and ended by the tests themselves, without containers."""
