"""JupyterHub's configuration for a class on one machine; start_hub.py starts it with the choices.

Everything listens on 127.0.0.1 but the proxy, which listens where the settings say. Kernels talk
through sockets in a folder of their owner: twenty that start at once over TCP now and then take
the same port.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hub_settings import USER_NAME, Settings, read_settings, secrets_of, state_folder
from limited_spawner import LimitedSpawner, TrialSpawner

SECONDS_TO_START = 600  # many start at once on few processors


def configure(c, settings: Settings, state: Path) -> None:
    proxy(c, settings)
    login(c, settings)
    servers(c, settings, state)
    (local if settings.spawner == "local" else trial)(c, settings, state)
    roles(c, settings)


def proxy(c, settings: Settings) -> None:
    # The proxy's own port and the hub's follow its public one. Its token is made at each start and
    # goes to it in the environment, as students' tokens go to their servers.
    c.JupyterHub.bind_url = (
        f"{'https' if settings.tls_cert else 'http'}://{settings.ip}:{settings.port}"
    )
    c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings.tls_cert, settings.tls_key
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings.port + 1}"
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.port + 2}"
    c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
    c.JupyterHub.cookie_secret_file = "cookie_secret"
    c.JupyterHub.cleanup_servers = True


def login(c, settings: Settings) -> None:
    c.Authenticator.username_pattern = USER_NAME
    c.Authenticator.allowed_users = {*settings.students, *settings.teachers}
    c.Authenticator.allow_existing_users = False  # who was taken out does not get in again
    words = secrets_of(Path(settings.password_file).expanduser()) if settings.password_file else []
    if settings.auth == "shared-password":
        c.JupyterHub.authenticator_class = "shared-password"
        c.SharedPasswordAuthenticator.user_password = words[0]
        if settings.teachers:
            c.Authenticator.admin_users = set(settings.teachers)  # whose word is the second one
            c.SharedPasswordAuthenticator.admin_password = words[1]
        c.Authenticator.allow_all = not settings.students
    elif settings.auth == "pam":
        c.JupyterHub.authenticator_class = "pam"
        c.PAMAuthenticator.open_sessions = False
        if not settings.students:
            c.PAMAuthenticator.allowed_groups = {settings.students_group, settings.teachers_group}
    else:
        c.JupyterHub.authenticator_class = "generic-oauth"
        c.GenericOAuthenticator.client_secret = words[0]
        for name, value in settings.oauth.items():
            setattr(c.GenericOAuthenticator, name, value)


def servers(c, settings: Settings, state: Path) -> None:
    idle = 60 * settings.idle_minutes
    c.JupyterHub.concurrent_spawn_limit = settings.starts_at_once
    c.Spawner.cmd = [
        sys.executable,
        "-P",
        "-m",
        "jupyterhub.singleuser",
    ]  # no file of a home shadows it
    # A login shell, as servers start of themselves, would not find the course's commands.
    shell = {"shell_command": [shutil.which("bash") or "/bin/sh"]}
    c.Spawner.args = [
        "--KernelManager.transport=ipc",
        f"--ServerApp.terminado_settings={shell}",
        f"--MappingKernelManager.cull_idle_timeout={idle // 2}",
        *settings.server_options,
    ]
    c.Spawner.default_url = "/lab"
    c.Spawner.ip = "127.0.0.1"
    c.Spawner.mem_limit, c.Spawner.cpu_limit = settings.memory, settings.cpu
    c.Spawner.start_timeout = c.Spawner.http_timeout = SECONDS_TO_START
    c.Spawner.environment = {
        "JUPYTER_CONFIG_PATH": str(state / "jupyter"),
        "OMP_NUM_THREADS": "1",  # a thread a student: more make all slower
        "MLP_TEACH_LANG": settings.lang,  # what nbgrader_config.py of a clone hands out
    }


def local(c, settings: Settings, state: Path) -> None:
    c.JupyterHub.spawner_class = LimitedSpawner
    c.LimitedSpawner.groups = [settings.students_group, settings.teachers_group]
    c.LimitedSpawner.make_accounts = settings.auth != "pam"
    c.LimitedSpawner.runtime = str(state / "run")


def trial(c, settings: Settings, state: Path) -> None:
    c.JupyterHub.spawner_class = TrialSpawner
    c.TrialSpawner.home_dir_template = str(state / "homes" / "{username}")
    c.TrialSpawner.runtime = str(state / "run")
    if os.geteuid() == 0:
        c.Spawner.args = [*c.Spawner.args, "--allow-root"]


def roles(c, settings: Settings) -> None:
    """Administrators are those of the settings and nobody else, as a role with a list of users
    takes it from all others; `admin_users` would only ever give it."""
    scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    c.JupyterHub.load_roles = [
        {"name": "admin", "users": sorted(settings.teachers)},
        {"name": "idle-culler", "scopes": scopes, "services": ["idle-culler"]},
    ]
    command = [sys.executable, "-m", "jupyterhub_idle_culler"]
    times = [f"--timeout={60 * settings.idle_minutes}", "--cull-every=60"]
    c.JupyterHub.services = [{"name": "idle-culler", "command": [*command, *times]}]


_settings = read_settings(Path(os.environ["MLP_TEACH_HUB_SETTINGS"]))
configure(
    get_config(), _settings, state_folder(_settings, os.geteuid() == 0)
)  # JupyterHub gives it
