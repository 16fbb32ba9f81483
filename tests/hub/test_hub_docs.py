"""The instructor's page names what is there, in both languages."""

import dataclasses
import re
import shlex

import pytest
import yaml
from course_link import course_link
from hub_refusals import AUTHENTICATORS
from hub_settings import Settings, read_settings, state_folder
from start_hub import what_is_started

from tests.hub.class_machine import ROOT
from tests.kernels.page_commands import environment_made_by, frozen_copies

PAGES = {lang: ROOT / "docs" / f"hub{end}.md" for lang, end in (("en", ""), ("ja", ".ja"))}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(params=PAGES)
def page(request):
    return PAGES[request.param].read_text("utf-8")


def test_both_languages_have_the_same_commands_and_sections():
    english, japanese = (path.read_text("utf-8") for path in PAGES.values())
    assert BLOCK.findall(english) == BLOCK.findall(japanese)
    numbers = [re.findall(r"^## (\d+)\.", text, re.MULTILINE) for text in (english, japanese)]
    assert numbers[0] == numbers[1] != []
    rows = [len(re.findall(r"^\|", text, re.MULTILINE)) for text in (english, japanese)]
    assert rows[0] == rows[1]


def test_files_that_commands_and_links_name_are_there(page):
    named = set(re.findall(r"deploy/jupyterhub/[\w.]+", page))
    assert len(named) >= 3
    assert [name for name in named if not (ROOT / name).is_file()] == []
    links = re.findall(r"\]\(([\w.]+\.md)\)", page)
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []


def test_commands_that_should_make_the_environment_make_it(page, monkeypatch):
    commands = [line for _, block in BLOCK.findall(page) for line in block.splitlines()]
    made = [environment_made_by(line, monkeypatch) for line in commands if "start.py" in line]
    assert made == [("hub", "grading")] * 2
    assert frozen_copies(page) == []
    assert "start.py doctor" not in page  # it changes nothing


def test_the_trial_brings_the_course_and_keeps_its_word_out_of_the_clone(page):
    """A new student's home is empty, and what git does not ignore is soon committed."""
    (start,) = re.findall(
        r"^\.venv/bin/python .*/start_hub\.py (.*password.*)$", page, re.MULTILINE
    )
    assert shlex.split(start) == ["--password-file", "~/words.txt", "--repository", "file://$PWD"]
    assert re.findall(r"(?<!~/)\bwords\.txt", page) == []
    settings = Settings(password_file="x", repository="file:///home/tess/mlp_teach")
    said = [line.partition(":")[0] for line in what_is_started(settings)]
    assert f"`{said[-1]}:`" in page
    assert f"`{state_folder(settings, root=True)}`" in page


def test_commands_use_the_course_s_own_python(page):
    lines = [
        line for kind, block in BLOCK.findall(page) if kind == "bash" for line in block.split("\n")
    ]
    assert [line for line in lines if re.match(r"(sudo )?python3? (?!start\.py)", line)] == []


def test_settings_that_the_page_names_are_settings(page):
    names = {one.name for one in dataclasses.fields(Settings)}
    told = {"tls_cert", "tls_key", "teachers", "memory", "cpu", "idle_minutes", "repository"}
    told |= {"exchange", "starts_at_once", "branch", "students"}
    assert told <= names
    assert [name for name in told if f"`{name}`" not in page] == []
    assert [name for name in AUTHENTICATORS if f"`{name}`" not in page] == []


def test_the_link_on_the_page_is_the_one_that_the_hub_prints(page):
    repository = "https://github.com/mlp-teach/mlp_teach"
    assert course_link("https://hub.example.org", repository) in page


def test_the_class_s_copy_of_the_course_is_closed_where_answers_lie(page):
    closed = re.search(r"^sudo chmod o= (.+)$", page, re.MULTILINE)[1].split()
    assert set(closed) == {"solutions", "tests", ".git"}
    copied = re.search(r"^cp -r /opt/mlp_teach/(\w+)/", page, re.MULTILINE)[1]
    assert f"sudo chgrp -R mlp_teachers {copied}\n" in page  # teachers still read them


def test_a_page_leads_to_pages_in_its_own_language():
    """But for the one link from a page to itself in English."""
    for path in (ROOT / "docs").glob("*.ja.md"):
        links = re.findall(r"\]\((\w+)\.md", path.read_text("utf-8"))
        twins = {one.name.removesuffix(".ja.md") for one in path.parent.glob("*.ja.md")}
        assert [link for link in links if link in twins] == [path.name.removesuffix(".ja.md")]


def test_a_computer_has_one_name_in_japanese():
    """計算機 is ASE's calculator."""
    for path in (ROOT / "docs").glob("*.ja.md"):
        sentences = re.split(r"。|\n\n", path.read_text("utf-8"))
        wrong = [one for one in sentences if "計算機" in one and "ASE" not in one]
        assert wrong == [], path.name


def test_seconds_of_the_japanese_pages_have_their_japanese_unit():
    for name in ("hub.ja.md", "binder.ja.md"):
        assert re.findall(r"\d s(?!\w)", (ROOT / "docs" / name).read_text("utf-8")) == [], name


def test_another_pytorch_leaves_the_image_s_other_packages_as_they_are(page):
    (line,) = re.findall(r"^RUN pip install (.*)$", page, re.MULTILINE)
    values = (ROOT / "deploy" / "jupyterhub" / "z2jh_values.yaml").read_text("utf-8")
    (place,) = re.findall(r"--target-repo-dir (\S+)", values)
    locked = re.search(r"^torch==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)[1]
    words = line.split()
    assert words[words.index("-c") + 1] == f"{place}/constraints.txt"
    assert "--force-reinstall" not in words  # that of torch is that of all it needs
    assert "--index-url" not in words  # what is locked lies on PyPI
    cuda = words[words.index("--extra-index-url") + 1].rpartition("/")[2]
    assert words[-1] == f"torch=={locked}+{cuda}"


def test_a_gpu_beside_the_hub_has_the_limits_of_the_cluster_s_profile(page):
    values = yaml.safe_load((ROOT / "deploy" / "jupyterhub" / "z2jh_values.yaml").read_text())
    (profile,) = (one for one in values["singleuser"]["profileList"] if one["slug"] == "gpu")
    override = profile["kubespawner_override"]
    assert f"`cpu = {override['cpu_limit']:.1f}`" in page
    assert f'`memory = "{override["mem_limit"]}"`' in page
    kernels = (ROOT / "docs" / "gpu_kernels.md").read_text("utf-8")
    assert f"--threads {override['cpu_limit']} " in kernels
    assert f"`cpu = {override['cpu_limit']:.1f}`" in kernels


def test_the_sample_s_inner_ports_are_told(page):
    """Where another program has one of them, the proxy ends."""
    sample = ROOT / "deploy" / "jupyterhub" / "hub.toml"
    first = read_settings(sample).port
    for text in (page, sample.read_text("utf-8")):
        for port in range(first, first + 3):
            assert re.search(rf"\b{port}\b", text, re.ASCII)
        assert "Samba" in text


@pytest.mark.parametrize("end", ["", ".ja"])
def test_what_nobody_has_tried_is_marked_where_it_is_offered(end):
    mark = re.compile(r"not (tried|run)[^|]* yet|まだ(動かして|試して)いません", re.IGNORECASE)
    hub, binder, readme = (
        (ROOT / f"{name}{end}.md").read_text("utf-8")
        for name in ("docs/hub", "docs/binder", "README")
    )
    (kubernetes,) = re.findall(r"^\| Kubernetes.*$", hub, re.MULTILINE)
    (way_in,) = re.findall(r"^- \*\*Binder\*\*.*$", readme, re.MULTILINE)
    for offer in (kubernetes, way_in, binder.partition("\n| | |")[0]):
        assert mark.search(offer), offer
    assert "`helm lint`" in hub


def test_nothing_is_left_to_be_filled_in(page):
    assert "CAPACITY" not in page
