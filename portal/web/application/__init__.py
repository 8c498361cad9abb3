"""Applications of organisations as whoever applies sees them: one set of forms and pages, with and without an account."""
