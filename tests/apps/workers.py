"""An endpoint that says which of its workers a call is served by; they let each other go first for as long as it
takes."""

from __future__ import annotations

import os

from jambonz_sync import Session, create_endpoint
from jambonz_sync.server import balancing

balancing.PATIENCE = balancing.START_PATIENCE = 30.0
endpoint = create_endpoint(host="127.0.0.1")


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    session.say(text=str(os.getpid())).send()
