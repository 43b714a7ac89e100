"""From a path to a session: services, and the servers that run them."""
