"""How JSON is described: names on the wire, options, checks, stored models."""
