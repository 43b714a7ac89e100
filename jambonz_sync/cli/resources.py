"""What an account is made of: applications, phone numbers, carriers and keys of speech vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .arguments import fields_option, limit_option, name_values
from .connection import connected
from .exits import REFUSED
from .rest_output import show, show_done, show_one

if TYPE_CHECKING:
    from ..rest import JambonzClient

__all__ = ["applications", "carriers", "phone_numbers", "speech_credentials"]


@click.group()
def applications() -> None:
    """List, create and delete applications."""


@applications.command("list")
@click.option("--name", help="Part of the name.")
@limit_option
@connected
def list_applications(client: JambonzClient, as_json: bool, name: str | None, limit: int | None) -> None:
    """List applications."""
    listing = client.applications.list(name=name, limit=limit)
    headers = ("application_sid", "name", "call hook", "speech", "recognizer")
    show(as_json, listing, headers, lambda a: (
        a.application_sid, a.name, a.call_hook.url if a.call_hook else None,
        a.speech_synthesis_vendor, a.speech_recognizer_vendor))  # fmt: skip


@applications.command("create")
@click.option("--name", required=True)
@click.option("--call-hook", required=True, help="Url of the application: http(s) or ws(s).")
@click.option("--call-status-hook", required=True, help="Url that is told how calls go.")
@click.option("--speech-synthesis", nargs=3, metavar="VENDOR LANGUAGE VOICE")
@click.option("--speech-recognizer", nargs=2, metavar="VENDOR LANGUAGE")
@click.option(
    "--env", "env_vars", multiple=True, callback=name_values, metavar="NAME=VALUE", help="Environment variable."
)
@connected
def create_application(
    client: JambonzClient,
    as_json: bool,
    name: str,
    call_hook: str,
    call_status_hook: str,
    speech_synthesis: tuple[str, str, str] | None,
    speech_recognizer: tuple[str, str] | None,
    env_vars: dict[str, str],
) -> None:
    """Create an application and print its sid."""
    fields: dict[str, Any] = {"env_vars": env_vars} if env_vars else {}
    names = ("vendor", "language", "voice")
    fields.update({f"speech_synthesis_{n}": v for n, v in zip(names, speech_synthesis or (), strict=False)})
    fields.update({f"speech_recognizer_{n}": v for n, v in zip(names, speech_recognizer or (), strict=False)})
    application = client.applications.create(
        name=name, call_hook=call_hook, call_status_hook=call_status_hook, **fields
    )
    show_done(as_json, {"sid": application}, application)


@applications.command("get")
@click.argument("application_sid")
@connected
def get_application(client: JambonzClient, as_json: bool, application_sid: str) -> None:
    """Show an application."""
    show_one(as_json, client.applications.get(application_sid))


@applications.command("delete")
@click.argument("application_sid")
@connected
def delete_application(client: JambonzClient, as_json: bool, application_sid: str) -> None:
    """Delete an application that no phone number leads to."""
    client.applications.delete(application_sid)
    show_done(as_json, {"application_sid": application_sid, "deleted": True}, "deleted")


@click.group("phone-numbers")
def phone_numbers() -> None:
    """List, add and delete numbers, and lead them to applications."""


@phone_numbers.command("list")
@click.option("--filter", help="Only those with this in them.")
@limit_option
@connected
def list_numbers(client: JambonzClient, as_json: bool, filter: str | None, limit: int | None) -> None:
    """List numbers."""
    listing = client.phone_numbers.list(filter=filter, limit=limit)
    headers = ("number", "phone_number_sid", "application_sid", "voip_carrier_sid")
    show(as_json, listing, headers, lambda n: (
        n.number, n.phone_number_sid, n.application_sid, n.voip_carrier_sid))  # fmt: skip


@phone_numbers.command("get")
@click.argument("phone_number_sid")
@connected
def get_number(client: JambonzClient, as_json: bool, phone_number_sid: str) -> None:
    """Show a number."""
    show_one(as_json, client.phone_numbers.get(phone_number_sid))


@phone_numbers.command("create")
@click.option("--number", required=True, help="Digits, with or without a plus.")
@click.option("--voip-carrier-sid", help="The carrier that it comes from.")
@click.option("--application-sid", help="The application that it leads to.")
@connected
def create_number(client: JambonzClient, as_json: bool, **fields: Any) -> None:
    """Add a number and print its sid."""
    made = client.phone_numbers.create(**fields)
    show_done(as_json, {"sid": made}, made)


@phone_numbers.command("assign")
@click.argument("phone_number_sid")
@click.option("--application-sid", help="The application that it leads to.")
@click.option("--none", "leads_nowhere", is_flag=True, help="It leads to no application.")
@connected
def assign_number(
    client: JambonzClient, as_json: bool, phone_number_sid: str, application_sid: str | None, leads_nowhere: bool
) -> None:
    """Lead a number to another application."""
    if bool(application_sid) == leads_nowhere:
        raise click.UsageError("give --application-sid or --none")
    client.phone_numbers.update(phone_number_sid, application_sid=application_sid)
    facts = {"phone_number_sid": phone_number_sid, "application_sid": application_sid}
    show_done(as_json, facts, f"leads to {application_sid or 'no application'}")


@phone_numbers.command("delete")
@click.argument("phone_number_sid")
@connected
def delete_number(client: JambonzClient, as_json: bool, phone_number_sid: str) -> None:
    """Delete a number."""
    client.phone_numbers.delete(phone_number_sid)
    show_done(as_json, {"phone_number_sid": phone_number_sid, "deleted": True}, "deleted")


@click.group()
def carriers() -> None:
    """List, add and delete SIP trunks."""


@carriers.command("list")
@click.option("--name", help="Part of the name.")
@limit_option
@connected
def list_carriers(client: JambonzClient, as_json: bool, name: str | None, limit: int | None) -> None:
    """List carriers, those too that the service provider shares."""
    listing = client.carriers.list(name=name, limit=limit)
    headers = ("voip_carrier_sid", "name", "active", "trunk type", "register", "shared")
    show(as_json, listing, headers, lambda c: (
        c.voip_carrier_sid, c.name, c.is_active, c.trunk_type, c.register_sip_realm,
        c.account_sid is None))  # fmt: skip


@carriers.command("get")
@click.argument("voip_carrier_sid")
@connected
def get_carrier(client: JambonzClient, as_json: bool, voip_carrier_sid: str) -> None:
    """Show a carrier."""
    show_one(as_json, client.carriers.get(voip_carrier_sid))


@carriers.command("gateways")
@click.argument("voip_carrier_sid")
@connected
def list_gateways(client: JambonzClient, as_json: bool, voip_carrier_sid: str) -> None:
    """List the addresses of a carrier."""
    headers = ("sip_gateway_sid", "address", "netmask", "port", "protocol", "inbound", "outbound", "active")
    show(as_json, client.sip_gateways.list(voip_carrier_sid), headers, lambda g: (
        g.sip_gateway_sid, g.ipv4, g.netmask, g.port, g.protocol, g.inbound, g.outbound, g.is_active))  # fmt: skip


@carriers.command("create")
@click.option("--name", required=True)
@fields_option
@connected
def create_carrier(client: JambonzClient, as_json: bool, name: str, fields: dict[str, Any]) -> None:
    """Add a carrier and print its sid."""
    fields["name"] = name
    made = client.carriers.create(**fields)
    show_done(as_json, {"sid": made}, made)


@carriers.command("delete")
@click.argument("voip_carrier_sid")
@connected
def delete_carrier(client: JambonzClient, as_json: bool, voip_carrier_sid: str) -> None:
    """Delete a carrier that has no numbers, and its gateways."""
    client.carriers.delete(voip_carrier_sid)
    show_done(as_json, {"voip_carrier_sid": voip_carrier_sid, "deleted": True}, "deleted")


@click.group("speech-credentials")
def speech_credentials() -> None:
    """List, test, add and delete keys of speech vendors."""


@speech_credentials.command("list")
@connected
def list_credentials(client: JambonzClient, as_json: bool) -> None:
    """List credentials, those too that the service provider shares."""
    headers = ("speech_credential_sid", "vendor", "label", "tts", "stt", "tested", "shared")
    show(as_json, client.speech_credentials.list(), headers, lambda c: (
        c.speech_credential_sid, c.vendor, c.label, c.use_for_tts, c.use_for_stt, c.last_tested,
        c.account_sid is None))  # fmt: skip


@speech_credentials.command("get")
@click.argument("speech_credential_sid")
@connected
def get_credential(client: JambonzClient, as_json: bool, speech_credential_sid: str) -> None:
    """Show a credential, without its secrets."""
    show_one(as_json, client.speech_credentials.get(speech_credential_sid))


@speech_credentials.command("test")
@click.argument("speech_credential_sid")
@connected
def test_credential(client: JambonzClient, as_json: bool, speech_credential_sid: str) -> None:
    """Have the vendor try a credential. Exit code 1: it was refused."""
    tests = client.speech_credentials.test(speech_credential_sid)
    results = [("tts", tests.tts), ("stt", tests.stt)]
    if as_json:
        show_one(as_json, tests)
    else:
        show(as_json, results, ("use", "result", "reason"), lambda r: (
            r[0], r[1].status if r[1] else "not tested", r[1].reason if r[1] else None))  # fmt: skip
    if not tests.ok:
        raise click.exceptions.Exit(REFUSED)


@speech_credentials.command("create")
@click.argument("vendor")
@click.option("--tts/--no-tts", "use_for_tts", default=True, show_default=True, help="Use it to speak.")
@click.option("--stt/--no-stt", "use_for_stt", default=True, show_default=True, help="Use it to hear.")
@click.option("--label", help="Tells the credentials of a vendor apart.")
@fields_option
@connected
def create_credential(
    client: JambonzClient,
    as_json: bool,
    vendor: str,
    use_for_tts: bool,
    use_for_stt: bool,
    label: str | None,
    fields: dict[str, Any],
) -> None:
    """Add a key of VENDOR (google, aws, deepgram ... or custom:NAME) and print its sid.

    The key itself is in the file of --fields: {"api_key": "..."}; for google {"service_key": {...}}.
    """
    if label is not None:
        fields = {**fields, "label": label}
    fields = {**fields, "vendor": vendor, "use_for_tts": use_for_tts, "use_for_stt": use_for_stt}
    made = client.speech_credentials.create(**fields)
    show_done(as_json, {"sid": made}, made)


@speech_credentials.command("delete")
@click.argument("speech_credential_sid")
@connected
def delete_credential(client: JambonzClient, as_json: bool, speech_credential_sid: str) -> None:
    """Delete a credential."""
    client.speech_credentials.delete(speech_credential_sid)
    show_done(as_json, {"speech_credential_sid": speech_credential_sid, "deleted": True}, "deleted")
