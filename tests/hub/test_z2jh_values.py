"""The values for Zero to JupyterHub use the names that the chart and KubeSpawner know.

The chart's schema refuses unknown names, and KubeSpawner ignores none either; both lists are ours,
read off the schema (values.schema.yaml at commit 02dd73df, the chart with JupyterHub 5.4) and off
KubeSpawner 7.1.0, as far as the values need them.
"""

import importlib.util
import os
import re
import subprocess
import textwrap

import pytest
import yaml

from tests.hub.class_machine import ROOT

VALUES = ROOT / "deploy" / "jupyterhub" / "z2jh_values.yaml"
# None: what lies below is the chart's passing on to somebody else.
CHART = {
    "hub": {"concurrentSpawnLimit": int, "config": None},
    "proxy": {
        "https": {
            "enabled": bool,
            "type": str,
            "hosts": list,
            "letsencrypt": {"contactEmail": str, "acmeServer": str},
        }
    },
    "singleuser": {
        "image": {"name": str, "tag": str, "pullPolicy": str, "pullSecrets": list},
        "defaultUrl": str,
        "startTimeout": int,
        "cpu": {"guarantee": int | float, "limit": int | float},
        "memory": {"guarantee": int | str, "limit": int | str},
        "storage": {"type": str, "capacity": str, "homeMountPath": str},
        "extraEnv": None,
        "profileList": list,
        "nodeSelector": None,
        "extraTolerations": list,
        "cmd": str | list,
    },
    "cull": {"enabled": bool, "timeout": int, "every": int, "maxAge": int, "users": bool},
    "prePuller": {"hook": {"enabled": bool}, "continuous": {"enabled": bool}},
    "scheduling": {
        "userScheduler": {"enabled": bool, "replicas": int},
        "userPlaceholder": {"enabled": bool, "replicas": int},
    },
}
PROFILE = {"slug", "display_name", "description", "default", "kubespawner_override"}
KUBESPAWNER = {
    *("image", "cpu_guarantee", "cpu_limit", "mem_guarantee", "mem_limit", "environment"),
    *("extra_resource_limits", "tolerations", "node_selector", "start_timeout", "default_url"),
}


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load(VALUES.read_text("utf-8"))


def misfits(values, known, path=""):
    """The names and types in the values that the list does not know."""
    if known is None:
        return []
    if not isinstance(known, dict):
        return [] if isinstance(values, known) else [f"{path}: {values!r}"]
    found = [f"{path}.{name}" for name in values if name not in known]
    for name in values.keys() & known.keys():
        found += misfits(values[name], known[name], f"{path}.{name}")
    return found


def test_the_chart_knows_all_names(values):
    assert misfits(values, CHART) == []
    assert misfits({"singleuser": {"mem": {}}}, CHART) == [".singleuser.mem"]
    assert misfits({"cull": {"every": "300"}}, CHART) == [".cull.every: '300'"]


def test_there_is_a_small_profile_and_one_with_a_gpu(values):
    lessons, gpu = values["singleuser"]["profileList"]
    for profile in (lessons, gpu):
        assert set(profile) <= PROFILE
        assert set(profile.get("kubespawner_override", {})) <= KUBESPAWNER
    assert lessons["default"]
    assert "default" not in gpu
    assert gpu["kubespawner_override"]["extra_resource_limits"] == {"nvidia.com/gpu": "1"}


@pytest.mark.skipif(os.name == "nt", reason="images are Linux")
def test_each_profile_s_threads_reach_its_kernels(values):
    """The image starts the server through binder/start, which has a number for Binder."""
    everybody = values["singleuser"]["extraEnv"]
    for profile in values["singleuser"]["profileList"]:
        override = profile.get("kubespawner_override", {})
        wanted = everybody | override.get("environment", {})
        command = [ROOT / "binder" / "start", "printenv", "OMP_NUM_THREADS"]
        done = subprocess.run(command, env=os.environ | wanted, capture_output=True, text=True)
        assert done.stdout.strip() == wanted["OMP_NUM_THREADS"]
        processors = override.get("cpu_limit", values["singleuser"]["cpu"]["limit"])
        assert int(wanted["OMP_NUM_THREADS"]) == processors


@pytest.mark.skipif(importlib.util.find_spec("kubespawner") is None, reason="no kubespawner here")
def test_kubespawner_has_these_names(values):
    from kubespawner import KubeSpawner

    assert set(KubeSpawner.class_traits(config=True)) >= KUBESPAWNER


def bytes_of(size):
    number, unit = re.fullmatch(r"(\d+)([MG])", size).groups()
    return int(number) * {"M": 10**6, "G": 10**9}[unit]


def test_limits_hold_what_the_lessons_cards_say(values):
    cards = [
        re.search(r"memory_mb: (\d+)", path.read_text("utf-8"))
        for path in (ROOT / "course" / "source").glob("[0-9]*.py")
    ]
    largest = max(int(card[1]) for card in cards if card) * 10**6
    memory = values["singleuser"]["memory"]
    server = 200 * 10**6
    assert largest + server < bytes_of(memory["limit"])
    assert bytes_of(memory["guarantee"]) < bytes_of(memory["limit"])


def test_the_client_secret_comes_from_a_file_of_its_own_and_from_no_command_line(values):
    text = VALUES.read_text("utf-8")
    head = "\n".join(re.findall(r"^#(?: (.*))?$", text, re.MULTILINE))
    (helm,) = re.findall(r"helm upgrade(?:.*\\\n)*.*", head)
    assert re.findall(r"--values (\S+)", helm) == [VALUES.name, "secret.yaml"]
    assert "--set" not in helm
    assert "install -m 600 /dev/null secret.yaml" in head
    (lines,) = re.findall(r"^ +hub:\n(?: .*\n)+", head, re.MULTILINE)
    secret = yaml.safe_load(textwrap.dedent(lines))
    assert misfits(secret, CHART) == []
    (name,) = secret["hub"]["config"]["GenericOAuthenticator"]
    assert name == "client_secret"
    assert "GenericOAuthenticator" in values["hub"]["config"]
    assert "client_secret=" not in text


def test_no_secret_stands_in_the_values(values):
    oauth = values["hub"]["config"]["GenericOAuthenticator"]
    assert not [name for name in oauth if "secret" in name]
    assert "secretToken" not in values["proxy"]
    assert values["proxy"]["https"]["enabled"]
