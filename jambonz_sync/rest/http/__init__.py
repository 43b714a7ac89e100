"""The sending of requests and the reading of answers: transport, connections, retries, bounds, pages, errors.

Imports requests, urllib3 and ``jambonz_sync.errors``; nothing else of the package.
Used by ``rest.scope`` and ``rest.resource``, and for its errors by all of ``rest``.
"""
