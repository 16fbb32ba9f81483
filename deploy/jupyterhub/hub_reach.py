"""Which addresses and certificates a hub cannot, or must not, have; part of hub_refusals.py."""

from __future__ import annotations

import os
import ssl
from urllib.parse import urlsplit

from hub_settings import Settings, host_of, is_every_address, is_loopback


def reasons_of_reach(settings: Settings) -> list[str]:
    found = []
    if settings.spawner == "simple" and not settings.loopback:
        found.append(
            "the simple spawner runs everybody's code in your own account, so it is for a trial on "
            "127.0.0.1 alone; take --spawner local"
        )
    if not is_loopback(settings.ip) and not (settings.tls_cert and settings.tls_key):
        found.append(
            f"on {settings.ip} passwords would travel in the clear; give --tls-cert and --tls-key, "
            "or stay on 127.0.0.1 behind a web server that has them"
        )
    if settings.url:
        found += reasons_of_address(settings.url)
    elif is_every_address(settings.ip):
        found.append(
            f"ip = {settings.ip!r} is no address that students can open: give url too, as "
            "https://hub.example.org"
        )
    return found


def reasons_of_address(url: str) -> list[str]:
    if not (host := host_of(url)) or urlsplit(url).scheme not in ("http", "https"):
        return [f"url = {url!r}: write all of it, as https://hub.example.org"]
    if "@" in urlsplit(url).netloc:
        return ["url is told to everybody: no name and no password may be in it"]
    if urlsplit(url).scheme == "http" and not is_loopback(host):
        return [f"to {url} passwords would travel in the clear: let it be https://"]
    return []


def reasons_of_repository(settings: Settings) -> list[str]:
    try:
        parts = urlsplit(settings.repository)
        host = parts.hostname or ""
    except ValueError:
        return [f"repository = {settings.repository!r} is no address that git can clone"]
    if "@" in parts.netloc or parts.query or parts.fragment:
        return [
            "the link to the course is public: no password or token may be in repository, so no "
            "name before its host and nothing after ? or #"
        ]
    if parts.scheme in ("http", "git") and not is_loopback(host):
        return [f"{settings.repository} could be changed on its way: let it be https://"]
    return []


def reasons_of_certificate(settings: Settings) -> list[str]:
    """The proxy would end on them without a word that an instructor understands."""
    given = {"tls_cert": settings.tls_cert, "tls_key": settings.tls_key}
    if not any(given.values()):
        return []
    if not all(given.values()):
        return ["tls_cert and tls_key belong together: give both, or neither"]
    if shut := [name for name, place in given.items() if not os.access(place, os.R_OK)]:
        return [f"{name} = {given[name]!r} is no file that can be read" for name in shut]
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*given.values(), lambda: b"")
    except (OSError, ValueError) as error:
        return [f"tls_cert and tls_key are no certificate and its key without a password: {error}"]
    return []
