"""The description of JSON: names on the wire, the declaration of verbs, their checks, and models to store.

Imports only errors; knows no verb, event or action by name, and no socket, thread or clock.
Used by verbs, events, protocol, rest and all above them.
"""
