"""The command mlp-teach: the main jobs of the course without a notebook.

mlp-teach workflow --out FOLDER            the five steps on copper, in about three minutes
mlp-teach train FILE.toml --out FOLDER     one experiment; started again, it goes on where it was
mlp-teach learning-curve FILE.toml --out FOLDER    the same with ever more frames
mlp-teach ensemble FILE.toml --members 4 --out FOLDER    the same with other first weights
mlp-teach sweep FILE.toml --set training.learning_rate=1e-3,3e-3 --out FOLDER    other settings
mlp-teach evaluate MODEL --data SET SPLIT  errors of a model on a shipped set or a file
mlp-teach md MODEL STRUCTURE --out FOLDER  molecular dynamics with a trained model
mlp-teach label FILE --method gfn2 --output FILE    reference energies and forces of structures
mlp-teach active-learning SYSTEM STRATEGY --out FOLDER    the loop on a pool of hidden labels
mlp-teach check NOTEBOOK                   marks of an assignment, before handing it in
mlp-teach grade CLASS --assignment NAME    marks of a class, into nbgrader's gradebook
mlp-teach feedback CLASS --assignment NAME    a page for each student, and one for staff
mlp-teach export CLASS --assignment NAME --to FILE    points for nbgrader, Canvas or Moodle
mlp-teach similarity CLASS --assignment NAME    pairs of answers that are alike
mlp-teach class-table CLASS --assignment NAME   how hard each exercise was
mlp-teach kernel install                   a kernel with a GPU for JupyterLab's menu
mlp-teach doctor                           what this computer offers
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from mlp_teach.cli.active_learning import active_learning
from mlp_teach.cli.ensembles import add_options, add_tf32, ensemble, sweep
from mlp_teach.cli.grading import check, grade
from mlp_teach.cli.grading_reports import FORMS, class_table, export, feedback, similarity
from mlp_teach.cli.kernels import add_kernel, kernel
from mlp_teach.cli.labels import label
from mlp_teach.cli.running import evaluate, md
from mlp_teach.cli.training import learning_curve, train

REFUSALS = (ValueError, OSError, RuntimeError)  # ours, with a sentence that says what to do


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 1 for a refusal with its sentence, 130 for Ctrl-C."""
    # Read when torch is imported. Two threads on a shared machine wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    options = _parser().parse_args(arguments)
    try:
        if options.command is not train:
            _refuse_several_processes()
        options.command(options)
    except REFUSALS as error:
        print(f"mlp-teach: {error}{_place(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mlp-teach: stopped. What was saved so far is whole.", file=sys.stderr)
        return 130
    return 0


def _place(error: Exception) -> str:
    """Where an error came up that no line of ours raised: its words alone would help nobody."""
    ours = str(Path(__file__).parents[1])
    frames = traceback.extract_tb(error.__traceback__)
    last = [frame for frame in frames if frame.filename.startswith(ours)][-1]
    if isinstance(error, OSError) or (last is frames[-1] and last.line.startswith("raise ")):
        return ""
    return f"\n({type(error).__name__} in {last.filename}, line {last.lineno}: {last.line})"


def _refuse_several_processes() -> None:
    """Raises ValueError where torchrun started more than one: each would do the whole work, and
    they would write the same files at once."""
    count = os.environ.get("WORLD_SIZE", "1") if "TORCHELASTIC_RUN_ID" in os.environ else "1"
    if count != "1":
        raise ValueError(
            f"torchrun started {count} processes, and only `train` divides its work among them. "
            "Start this command without torchrun."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mlp-teach", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(command, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            command.__name__.strip("_").replace("_", "-"), help=text, description=text
        )
        one.set_defaults(command=command)
        return one

    workflow = add(_workflow, "data, descriptors, training, validation and simulation on copper")
    workflow.add_argument("--out", type=Path, default=Path("runs/workflow"), help="folder to write")
    training = add(train, "train what an experiment file asks for, or go on with it")
    curve = add(learning_curve, "train at each size of an experiment's [learning_curve]")
    for one in (training, curve):
        one.add_argument("experiment", type=Path, help="a TOML file, such as those of experiments/")
        one.add_argument("--out", type=Path, required=True, help="folder to write")
        one.add_argument(
            "--device",
            default="cpu",
            help="cpu, cuda, mps or auto; default cpu (a GAP stays there)",
        )
        add_tf32(one)
    add_options(
        add(ensemble, "train members that differ by chance alone, and judge their spread"),
        add(sweep, "train an experiment with other values of some entries"),
    )
    model = (
        "a training's folder; a .safetensors, .xml (QUIP), .model (MACE) or .ckpt (NequIP) file; "
        "or a shipped name: behler_parrinello_cu, mace_3bpa"
    )
    evaluation = add(evaluate, "errors of a model on labelled structures")
    evaluation.add_argument("model", help=model)
    evaluation.add_argument(
        "--data",
        nargs="+",
        default=["mlearn_Cu", "test"],
        help="SET SPLIT, or a file of frames; default: mlearn_Cu test",
    )
    evaluation.add_argument(
        "--without-copies",
        action="store_true",
        help="also without the frames that equal one of SET's training part by symmetry",
    )
    evaluation.add_argument(
        "--device",
        default="cpu",
        help="cpu, cuda, mps or auto; default cpu; double precision, so mps means the cpu",
    )
    kind = "nvt (the default), or nve, which begins with twice the temperature in its velocities"
    dynamics = add(md, "molecular dynamics; the same command again goes on where it was")
    dynamics.add_argument("model", help=model)
    dynamics.add_argument(
        "structure", help="a file that ASE reads, or bulk:SYMBOL:REPEATS, e.g. bulk:Cu:3"
    )
    dynamics.add_argument("--out", type=Path, required=True, help="folder to write")
    dynamics.add_argument("--temperature", type=float, default=300.0, help="K; default 300")
    dynamics.add_argument("--ensemble", choices=("nve", "nvt"), default="nvt", help=kind)
    dynamics.add_argument("--steps", type=int, default=1000, help="default 1000")
    dynamics.add_argument("--timestep", type=float, default=2.0, help="fs; default 2")
    dynamics.add_argument("--domain", metavar="SET", help="stop where SET's training part ends")
    dynamics.add_argument("--seed", type=int, default=0, help="of the velocities; default 0")
    labels = add(label, "reference energies and forces; the same again computes what is missing")
    labels.add_argument("structures", type=Path, help="a file that ASE reads")
    labels.add_argument(
        "--method",
        choices=("gfn2", "emt", "pbe"),
        default="gfn2",
        help="gfn2 for molecules (the default), emt for a few metals, pbe for molecules by PySCF",
    )
    labels.add_argument("--output", type=Path, required=True, help="file of frames to write")
    labels.add_argument(
        "--store",
        type=Path,
        default=Path("labels"),
        help="folder that keeps every label; default: labels",
    )
    labels.add_argument("--workers", type=int, default=1, help="processes; default 1")
    loop = add(
        active_learning, "the loop on a pool of hidden labels; the same again goes on with it"
    )
    loop.add_argument("system", help="mlearn_Cu, Cu_ACE21, formate or formate_strided")
    loop.add_argument("strategy", help="random, uncertain, uncertain_apart, farthest or d_optimal")
    loop.add_argument("--seed", type=int, default=0, help="of every chance; default 0")
    loop.add_argument("--rounds", type=int, help="default: those of the recorded runs")
    loop.add_argument("--out", type=Path, required=True, help="folder to write")
    notebook = add(check, "mark a notebook of exercises as it will be marked, on new inputs")
    notebook.add_argument("notebook", type=Path)
    _add_grade(add(grade, "mark a class; the same command again marks what is new or has changed"))
    _add_reports(
        add(feedback, "pages for students and for staff, from the marks"),
        add(similarity, "which pairs of students have answers that are unusually alike"),
        add(class_table, "difficulty, discrimination and the commonest hint of each exercise"),
        add(export, "points as CSV for nbgrader, Canvas or Moodle"),
    )
    add_kernel(add(kernel, "kernels with a GPU: install, list or remove one"))
    add(_doctor, "what this computer offers to the course")
    return parser


def _add_grade(group: argparse.ArgumentParser) -> None:
    group.add_argument("folder", type=Path, metavar="CLASS", help="nbgrader's course folder")
    group.add_argument("--assignment", required=True, metavar="NAME", help="ps1_energy_surfaces, …")
    group.add_argument("--workers", type=int, default=2, help="processes; default 2")
    group.add_argument(
        "--release", type=Path, metavar="FOLDER", help="default: that of nbgrader_config.py"
    )
    group.add_argument(
        "--due", metavar="TIME", help="such as '2026-11-20 18:00 UTC'; default: the gradebook's"
    )
    group.add_argument(
        "--require-sandbox", action="store_true", help="refuse to work without bubblewrap"
    )
    group.add_argument("--again", action="store_true", help="mark anew what has its marks")
    group.add_argument("--lang", choices=("en", "ja"), default="en", help="of the report")


def _add_reports(
    pages: argparse.ArgumentParser,
    pairs: argparse.ArgumentParser,
    table: argparse.ArgumentParser,
    points: argparse.ArgumentParser,
) -> None:
    for group in (pages, pairs, table, points):
        group.add_argument("folder", type=Path, metavar="CLASS", help="nbgrader's course folder")
    for group in (pages, pairs, table):
        group.add_argument("--assignment", required=True, metavar="NAME")
    pages.add_argument(
        "--source", type=Path, metavar="FOLDER", help="of the model answers; default: solutions"
    )
    pairs.add_argument(
        "--release", type=Path, metavar="FOLDER", help="default: that of nbgrader_config.py"
    )
    table.add_argument("--lang", choices=("en", "ja"), default="en", help="of the hints")
    points.add_argument(
        "--assignment", required=True, nargs="+", action="extend", metavar="NAME", help="or several"
    )
    points.add_argument("--form", choices=FORMS, default="nbgrader", help="default: nbgrader")
    points.add_argument("--to", type=Path, required=True, metavar="FILE", help="to write")
    points.add_argument(
        "--roster", type=Path, metavar="FILE", help="CSV with id; default: nbgrader's students"
    )
    points.add_argument(
        "--late-penalty",
        type=float,
        default=0.0,
        metavar="PERCENT",
        help="off the points for each started day; default 0",
    )


def _workflow(options) -> None:
    from mlp_teach.workflow import run_workflow

    run_workflow(options.out)


def _doctor(options) -> None:
    from mlp_teach.doctor import examine, report

    print(report(examine()))
