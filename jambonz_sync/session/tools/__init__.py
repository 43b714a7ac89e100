"""Tools of a call's model, run beside the call."""
