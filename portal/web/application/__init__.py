"""Applications of organisations as whoever applies sees them: one set of pages, with and without an account."""
