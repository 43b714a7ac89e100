"""Options of speech vendors."""
