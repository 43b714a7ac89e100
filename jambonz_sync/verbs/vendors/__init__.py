"""The settings of speech-to-text vendors, a module for each: ``vendors.deepgram`` has those of Deepgram.

Imports model only, no verb and no other component.
Used by the component ``Recognizer``, and by users through ``jambonz_sync.verbs.components``.
"""
