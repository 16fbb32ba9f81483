"""The kernelspec: found by Jupyter, with its variables in the kernel; nobody else's is touched."""

import json
import os
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

from mlp_teach.cli import main
from mlp_teach.kernels.kernelspec import (
    Kernel,
    KernelError,
    install_kernel,
    installed_kernels,
    interpreter,
    kernel_json,
    remove_kernel,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """An empty prefix that Jupyter looks into, and a user's own folder that is empty too."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "own"))
    return tmp_path


def test_jupyter_finds_it_with_the_variables_that_were_asked_for(prefix):
    kernel = Kernel(device="cuda", threads=4, visible="0,1")
    folder = install_kernel(kernel, prefix=str(prefix))
    assert folder == prefix / "share" / "jupyter" / "kernels" / "mlp-teach-gpu"
    spec = KernelSpecManager().get_kernel_spec("mlp-teach-gpu")
    assert spec.display_name == "mlp_teach (GPU)"
    assert spec.argv[0] == sys.executable
    wanted = {"MLP_TEACH_DEVICE": "cuda", "OMP_NUM_THREADS": "4", "CUDA_VISIBLE_DEVICES": "0,1"}
    assert wanted.items() <= spec.env.items()


def test_which_gpus_it_sees_is_left_to_the_host_unless_told(prefix):
    assert "CUDA_VISIBLE_DEVICES" not in kernel_json(Kernel())["env"]


def test_the_kernel_runs_with_its_variables_and_finds_the_course_from_any_folder(prefix, tmp_path):
    install_kernel(Kernel(device="cuda"), prefix=str(prefix))
    (tmp_path / "notebooks").mkdir()
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    manager, client = start_new_kernel(
        kernel_name="mlp-teach-gpu", cwd=str(tmp_path / "notebooks"), env=env
    )
    try:
        said = []
        client.execute_interactive(
            "import os, mlp_teach.kernels.offer as o; print(os.getcwd(), o.kernel_offer().message)",
            output_hook=lambda message: said.append(message["content"].get("text", "")),
            timeout=60,
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert str(tmp_path / "notebooks") in "".join(said)
    assert "cuda" in "".join(said) or "This kernel has a GPU" in "".join(said)


def test_ours_are_listed_and_removed_and_others_are_not(prefix):
    kernels = prefix / "share" / "jupyter" / "kernels"
    other = {"argv": ["python"], "display_name": "Other", "language": "python"}
    (kernels / "other").mkdir(parents=True)
    (kernels / "other" / "kernel.json").write_text(json.dumps(other))
    install_kernel(Kernel(), prefix=str(prefix))
    assert set(installed_kernels()) == {"mlp-teach-gpu"}
    with pytest.raises(KernelError, match="other"):
        remove_kernel("other")
    with pytest.raises(KernelError, match="did not install"):
        install_kernel(Kernel(name="other"), prefix=str(prefix))
    assert json.loads((kernels / "other" / "kernel.json").read_text()) == other
    remove_kernel("mlp-teach-gpu")
    assert installed_kernels() == {}


def test_a_kernel_of_others_with_odd_metadata_stays(prefix):
    file = prefix / "share" / "jupyter" / "kernels" / "other" / "kernel.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"argv": ["python"], "metadata": null}')
    with pytest.raises(KernelError, match="did not install"):
        install_kernel(Kernel(name="other"), prefix=str(prefix))
    assert "null" in file.read_text()


def test_the_same_again_replaces_it(prefix):
    install_kernel(Kernel(device="cpu"), prefix=str(prefix))
    install_kernel(Kernel(device="cuda", display="Fast"), prefix=str(prefix))
    spec = KernelSpecManager().get_kernel_spec("mlp-teach-gpu")
    assert (spec.display_name, spec.env["MLP_TEACH_DEVICE"]) == ("Fast", "cuda")


def test_an_environments_folder_stands_for_its_interpreter():
    assert interpreter(sys.prefix) == Path(sys.prefix) / "bin" / "python"
    with pytest.raises(KernelError, match="no Python at /nowhere"):
        interpreter("/nowhere")


def test_an_interpreter_without_the_course_is_refused(tmp_path):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(KernelError, match="Install them there first"):
        kernel_json(Kernel(python=str(bare)))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"device": "gpu"}, "choose one of"),
        ({"threads": 0}, "one at least"),
        ({"display": ""}, "--"),
        ({"name": "python3"}, "Jupyter's own kernel"),
        ({"name": "Python3"}, "Jupyter's own kernel"),
        ({"device": "cuda", "visible": ""}, "hides every GPU"),
        ({"device": "auto", "visible": "-1"}, "hides every GPU"),
        ({"device": "cuda", "visible": "none,0"}, "hides every GPU"),
    ],
)
def test_what_makes_no_kernel_is_refused_in_words(wrong, word):
    with pytest.raises(KernelError, match=word):
        Kernel(**wrong)


@pytest.mark.parametrize("visible", ["0", "1,0", "GPU-8932f937", "MIG-8cd9"])
def test_gpus_by_number_and_by_name_are_taken(visible):
    assert Kernel(device="cuda", visible=visible).visible == visible


def test_a_kernel_for_the_cpu_may_hide_every_gpu(prefix):
    assert kernel_json(Kernel(device="cpu", visible=""))["env"]["CUDA_VISIBLE_DEVICES"] == ""


def test_a_name_of_anothers_kernel_is_refused_wherever_jupyter_finds_that(prefix, tmp_path):
    own = tmp_path / "own" / "kernels" / "ir" / "kernel.json"  # R's, of the user alone
    own.parent.mkdir(parents=True)
    own.write_text('{"argv": ["R"], "display_name": "R", "language": "R"}')
    for place in ({"prefix": str(prefix)}, {"user": True}):
        with pytest.raises(KernelError, match="own/kernels/ir is a kernel that we did not"):
            install_kernel(Kernel(name="IR"), **place)
    assert not (prefix / "share" / "jupyter" / "kernels").exists()


@pytest.mark.parametrize("name", ["a b", ".", "..", "", "-x", "a/b", "カーネル", "x\n"])
def test_a_name_that_makes_no_folder_is_refused(name):
    """Jupyter would empty the folder above for `.`, and all of its own for `..`."""
    with pytest.raises(KernelError, match="is no name for a kernel"):
        Kernel(name=name)


def test_the_command_installs_lists_and_removes(prefix, capsys):
    words = ["--prefix", str(prefix), "--device", "cpu", "--visible", "1"]
    assert main(["kernel", "install", *words]) == 0
    assert "mlp_teach (GPU)" in capsys.readouterr().out
    assert main(["kernel", "list"]) == 0
    assert "mlp-teach-gpu" in capsys.readouterr().out
    assert main(["kernel", "remove"]) == 0
    assert main(["kernel", "remove"]) == 1
    assert "no kernel of ours" in capsys.readouterr().err
    assert main(["kernel", "list"]) == 0
    assert "--prefix, as it was given to install" in capsys.readouterr().out


def test_a_kernel_of_another_jupyter_is_listed_and_removed_there(prefix, tmp_path, capsys):
    there = str(tmp_path / "opt" / "jupyter")  # where this Jupyter does not look
    for place in (["--user"], ["--prefix", there]):
        assert main(["kernel", "install", *place, "--device", "cpu"]) == 0
    capsys.readouterr()
    assert main(["kernel", "list", "--prefix", there]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"mlp-teach-gpu  {there}")
    assert main(["kernel", "remove", "mlp-teach-gpu", "--prefix", there]) == 0
    assert there in capsys.readouterr().out
    assert set(installed_kernels()) == {"mlp-teach-gpu"}  # the user's own is still here
    assert main(["kernel", "remove", "mlp-teach-gpu", "--prefix", there]) == 1
    assert f"in {there}" in capsys.readouterr().err
    assert main(["kernel", "list", "--prefix", there]) == 0
    assert f"installed in {there}" in capsys.readouterr().out


def test_another_jupyters_foreign_kernel_stays(tmp_path):
    other = tmp_path / "share" / "jupyter" / "kernels" / "ir" / "kernel.json"
    other.parent.mkdir(parents=True)
    other.write_text('{"argv": ["R"]}')
    assert installed_kernels(str(tmp_path)) == {}
    with pytest.raises(KernelError, match="no kernel of ours named 'ir'"):
        remove_kernel("ir", str(tmp_path))
    assert other.exists()
