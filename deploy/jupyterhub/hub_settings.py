"""What an instructor chooses: the options of start_hub.py, or the same names in a TOML file.

    settings = read_settings(Path("hub.toml"))
    for sentence in reasons_against(settings, root=os.geteuid() == 0): print(sentence)

No rule here needs JupyterHub: they are plain functions of the choices, and are tested as such.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import math
import re
import shutil
import stat
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SPAWNERS = ("simple", "local")
AUTHENTICATORS = ("shared-password", "pam", "oauth")
SOCKET_NAME = len("/kernel-00000000-0000-0000-0000-000000000000-ipc-5")
SOCKET_PATH = 107  # bytes that Linux takes for the path of a socket
MEMORY = re.compile(r"(?!0+(\.0*)?[KMGT])\d+(\.\d+)?[KMGT]")  # JupyterHub's units, not nothing
SOCKET_FOLDER = 10  # characters of a user's folder for sockets: a number, or a digest
LONGEST_NAME = 32  # characters of an account's name
# A user's name becomes that of a folder, of a cgroup and of an account: a plain file name, neither
# hidden nor an option nor a way out. JupyterHub turns capitals into small letters before it looks.
USER_NAME = rf"[a-z0-9_][a-z0-9_.@-]{{0,{LONGEST_NAME - 1}}}\Z"
SHORTEST_PASSWORD, SHORTEST_ADMIN_PASSWORD = 8, 32  # JupyterHub's own rules


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
    state: str = ""  # the hub's folder; empty: /var/lib/mlp_teach_hub, or one in the home
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
        hosts = [self.ip, *([urlsplit(self.url).hostname or ""] if self.url else [])]
        return all(map(is_loopback, hosts))

    @property
    def base_url(self) -> str:
        """What students type."""
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.ip}]" if ":" in self.ip else self.ip
        return self.url.rstrip("/") or f"{scheme}://{host}:{self.port}"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(file: Path | None, **chosen: object) -> Settings:
    """Settings of a file (TOML, or the JSON that start_hub.py writes); what is `chosen` goes first.

    Raises ValueError for a name that is not known or a value of another type.
    """
    read: dict[str, object] = {}
    if file is not None:
        text = file.read_text(encoding="utf-8")
        read = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
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


def reasons_against(settings: Settings, root: bool) -> list[str]:
    """Why a hub must not, or cannot, start with these choices: sentences that say what to do."""
    found = [
        *unknown_choices(settings),
        *reasons_of_sizes(settings),
        *reasons_of_reach(settings),
        *reasons_of_accounts(settings, root),
        *reasons_of_names(settings),
        *reasons_of_login(settings),
        *reasons_of_places(settings, root),
    ]
    if shutil.which("configurable-http-proxy") is None:
        found.append(
            "configurable-http-proxy is not on the PATH: npm install -g configurable-http-proxy@5"
        )
    return found


def unknown_choices(settings: Settings) -> list[str]:
    known = (("auth", AUTHENTICATORS), ("spawner", SPAWNERS), ("lang", ("en", "ja")))
    return [
        f"{name} = {getattr(settings, name)!r}: it is one of {', '.join(values)}"
        for name, values in known
        if getattr(settings, name) not in values
    ]


def reasons_of_sizes(settings: Settings) -> list[str]:
    """A memory of 0 would be no limit, and 0 minutes would end each server that starts."""
    found = []
    if not MEMORY.fullmatch(settings.memory):
        found.append(f"memory = {settings.memory!r}: give each student some, as 512M or 2G")
    for name, least, most in (
        *(("port", 1, 65533), ("idle_minutes", 1, math.inf), ("starts_at_once", 1, math.inf)),
        ("cpu", 0.01, math.inf),  # of a processor: Linux divides none further
    ):
        if not least <= (value := getattr(settings, name)) <= most or value == math.inf:
            found.append(f"{name} = {value}: it lies between {least} and {most}")
    return found


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
    address = urlsplit(settings.url)
    if address.scheme == "http" and not is_loopback(address.hostname or ""):
        found.append(f"to {settings.url} passwords would travel in the clear: let it be https://")
    if "@" in urlsplit(settings.repository).netloc:
        found.append("the link to the course is public: no password or token may be in repository")
    return found


def reasons_of_accounts(settings: Settings, root: bool) -> list[str]:
    found = []
    if settings.spawner == "local" and not root:
        found.append("the local spawner starts servers under other accounts: start it with sudo")
    if settings.spawner == "simple" and settings.auth != "shared-password":
        found.append(f"{settings.auth} knows who somebody is, the simple spawner treats all alike")
    if settings.exchange and (settings.spawner, settings.auth) == ("local", "shared-password"):
        found.append(
            "who knows the shared password can take any student's name, so no work for marks is "
            "handed in with it; take --auth pam or oauth, or leave exchange out"
        )
    return found


def reasons_of_names(settings: Settings) -> list[str]:
    return [
        f"{name!r} is no user's name: letters, digits and _ . @ -, at most {LONGEST_NAME}, "
        "and no . or - at its beginning"
        for name in (*settings.teachers, *settings.students)
        if not re.match(USER_NAME, name.lower())
    ]


def reasons_of_login(settings: Settings) -> list[str]:
    if settings.auth == "oauth":
        needed = {"client_id", "authorize_url", "token_url", "userdata_url", "oauth_callback_url"}
        lacking = sorted(needed - settings.oauth.keys())
        found = [f"[oauth] lacks {', '.join(lacking)}"] if lacking else []
        if "client_secret" in settings.oauth:
            found.append("the client secret belongs into the password file, not into the settings")
        return found + secret_problems(settings.password_file, "the client secret", (1,))
    if settings.auth == "pam":
        return []
    wanted = (SHORTEST_PASSWORD, SHORTEST_ADMIN_PASSWORD)[: 2 if settings.teachers else 1]
    return secret_problems(settings.password_file, "the students' and the teachers' words", wanted)


def secret_problems(name: str, content: str, shortest: tuple[int, ...]) -> list[str]:
    """What is wrong with a file of secrets, one a line, each of at least so many characters."""
    file = Path(name).expanduser()
    if not name or not file.is_file():
        return [f"--password-file must name a file with {content}, one a line; {name!r} is none"]
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return [f"others can read {file}: chmod 600 {file}"]
    lines = secrets_of(file)
    return [
        f"line {n + 1} of {file} must hold at least {least} characters"
        for n, least in enumerate(shortest)
        if len(lines) <= n or len(lines[n]) < least
    ]


def secrets_of(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def reasons_of_places(settings: Settings, root: bool) -> list[str]:
    run, found = state_folder(settings, root) / "run", []
    if len(bytes(run)) + 1 + SOCKET_FOLDER + SOCKET_NAME > SOCKET_PATH:
        found.append(f"{run} is too long a path for the kernels' sockets: give a shorter state")
    closed = [closed_to_others(Path(place)) for place in (sys.prefix, sys.base_prefix)]
    if settings.spawner == "local" and (shut := next(filter(None, closed), None)):
        found.append(
            f"students cannot enter {shut}, so they cannot start this Python; put the course and "
            "its environment where all may read them, for example into /opt/mlp_teach"
        )
    return found


def closed_to_others(place: Path) -> Path | None:
    """The uppermost folder on the way to a place that other accounts may not enter."""
    return next((one for one in [place, *place.parents][::-1] if not one.stat().st_mode & 1), None)


def state_folder(settings: Settings, root: bool) -> Path:
    if settings.state:
        return Path(settings.state).expanduser().resolve()
    return Path("/var/lib/mlp_teach_hub") if root else Path.home() / ".mlp_teach_hub"
