"""What an instructor chooses: the options of start_hub.py, or the same names in a TOML file.

    settings = read_settings(Path("hub.toml"))

Which choices a hub cannot, or must not, start with is told by hub_refusals.py.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SOCKET_FOLDER = 10  # characters of a user's folder for sockets: a number, or a digest
LONGEST_NAME = 32  # characters of an account's name
# A user's name becomes that of a folder, of a cgroup and of an account: a plain file name, neither
# hidden nor an option nor a way out. JupyterHub turns capitals into small letters before it looks.
USER_NAME = rf"[a-z0-9_][a-z0-9_.@-]{{0,{LONGEST_NAME - 1}}}\Z"


@dataclass(frozen=True)
class Settings:
    """The choices, with what is taken where nothing is said."""

    auth: str = "shared-password"  # or pam, oauth
    spawner: str = "simple"  # for trial; local: each student under an account of the system
    ip: str = "127.0.0.1"
    port: int = 8000  # the two after it are the hub's and the proxy's own, on 127.0.0.1 alone
    url: str = ""  # how students reach the hub, where that is not http(s)://ip:port
    tls_cert: str = ""
    tls_key: str = ""
    password_file: str = ""  # first line: the students' password; second line: the teachers'
    teachers: tuple[str, ...] = ()
    students: tuple[str, ...] = ()  # nobody else gets in; empty: who has a right password or group
    students_group: str = "mlp_students"
    teachers_group: str = "mlp_teachers"
    memory: str = "2G"  # for all that one student runs
    cpu: float = 1.0  # processors for one student
    idle_minutes: int = 60  # after which a server, and after half of which a kernel, is ended
    starts_at_once: int = 4
    state: str = ""  # the hub's own folder; empty: /var/lib/mlp_teach_hub, or one in the home
    exchange: str = ""  # nbgrader's; empty: no assignments are handed out
    course_id: str = "mlp_teach"
    repository: str = ""  # what the link to the course clones
    branch: str = "main"
    lang: str = "en"
    server_options: tuple[str, ...] = ()  # more options for students' servers
    oauth: dict[str, object] = field(default_factory=dict)  # of GenericOAuthenticator, as they are

    @property
    def loopback(self) -> bool:
        """Whether nobody outside this machine can reach the hub."""
        hosts = [self.ip, *([host_of(self.url)] if self.url else [])]
        return all(map(is_loopback, hosts))

    @property
    def base_url(self) -> str:
        """What students type."""
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.ip}]" if ":" in self.ip else self.ip
        return self.url.rstrip("/") or f"{scheme}://{host}:{self.port}"


def host_of(address: str) -> str:
    """The host of an address that can be one, or ""."""
    try:
        parts = urlsplit(address)
        right = parts.port != 0 and not re.search(r"\s", address)  # a port above 65535 raises
    except ValueError:
        return ""
    return (right and parts.hostname) or ""


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_every_address(ip: str) -> bool:
    """Whether it stands for all addresses of the machine, and so for none that can be opened."""
    try:
        return not ip or ipaddress.ip_address(ip).is_unspecified
    except ValueError:
        return False


def read_settings(file: Path | None, **chosen: object) -> Settings:
    """Settings of a file (TOML, or the JSON that start_hub.py writes); what is `chosen` goes first.

    Raises ValueError for a file of another kind, a name that is not known or a value of another
    type.
    """
    read: dict[str, object] = {}
    if file is not None:
        text = text_of(file)
        try:
            read = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from error
    read |= {name: value for name, value in chosen.items() if value is not None}
    fields = {one.name: one for one in dataclasses.fields(Settings)}
    if unknown := sorted(read.keys() - fields.keys()):
        raise ValueError(f"unknown: {', '.join(unknown)}; known are {', '.join(fields)}")
    defaults = Settings()
    return Settings(**{name: fitted(name, value, defaults) for name, value in read.items()})


def with_full_paths(settings: Settings) -> Settings:
    """The same with places as seen from here: the hub itself runs in a folder of its own."""
    places = ("password_file", "tls_cert", "tls_key", "state", "exchange")
    given = {name: place for name in places if (place := getattr(settings, name))}
    full = {name: str(Path(place).expanduser().absolute()) for name, place in given.items()}
    return dataclasses.replace(settings, **full)


def fitted(name: str, value: object, defaults: Settings) -> object:
    wanted = type(getattr(defaults, name))
    if wanted is float and type(value) is int:
        return float(value)
    if wanted is tuple and isinstance(value, list | tuple):
        return tuple(map(str, value))
    if type(value) is not wanted:
        raise ValueError(f"{name} = {value!r}: expected a {wanted.__name__}")
    return value


def text_of(file: Path) -> str:
    """What a file says, without the mark that Windows' editors begin with. Raises ValueError for
    one that is not in UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not in UTF-8: save it so") from error


def secrets_of(file: Path) -> list[str]:
    return [line.strip() for line in text_of(file).splitlines() if line.strip()]


def state_folder(settings: Settings, root: bool) -> Path:
    if settings.state:
        return Path(settings.state).expanduser().resolve()
    return Path("/var/lib/mlp_teach_hub") if root else Path.home() / ".mlp_teach_hub"
