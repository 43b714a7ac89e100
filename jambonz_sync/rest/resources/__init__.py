"""The resources of the API but calls: one module for each family, named after what it holds.

Imports ``rest.resource``, ``rest.models`` and what these import; neither the client nor the rest of the package.
Used by ``rest.client``, which makes each resource when it is first asked for.
"""
