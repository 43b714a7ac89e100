"""Who owes whom what: decided without a socket, a thread or a clock."""
