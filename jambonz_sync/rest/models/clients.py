"""SIP devices, which the API calls clients."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["Device"]


@stored_model
class Device(StoredModel):
    """A SIP device. ``password`` comes masked: do not send it back, it would be stored as the new one."""

    client_sid: str = ""
    account_sid: str | None = None
    username: str = ""
    password: str | None = None
    is_active: bool | None = None
    allow_direct_app_calling: bool | None = None
    allow_direct_queue_calling: bool | None = None
    allow_direct_user_calling: bool | None = None
