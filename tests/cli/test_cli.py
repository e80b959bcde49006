"""The command line as a shell sees it: help, exit codes, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.bad_input.malformed import table
from tests.cli.command import run, tree

from auscult import __version__
from auscult.cli.main import COMMANDS, cli
from auscult.report import terminal

HEAVY = ("pandas", "torch", "numba", "sklearn", "scipy", "pyarrow")


def walk(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and subcommand, as its words."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from walk(inner, (*words, name))


def find(words: tuple[str, ...]) -> click.Command:
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), word)
        assert inner is not None
        command = inner
    return command


ALL = list(walk(cli))


def shell(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auscult", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_commands_are_there() -> None:
    assert set(COMMANDS) >= {"compare", "data", "models", "demo"}
    assert ("data", "list") in ALL


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_of_every_command(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for flag in ("--help", "-h"):
        done = run([*words, flag], monkeypatch, capsys)
        assert done.code == 0
        assert done.err == ""
        assert done.out.startswith(" ".join(["Usage: auscult", *words]))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_and_option_says_what_it_is(words: tuple[str, ...]) -> None:
    command = find(words)
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{' '.join(words)} {parameter.opts[0]} has no help"
            assert parameter.help.endswith((".", "]")), parameter.help


def test_help_loads_nothing_heavy() -> None:
    calls = [[*words, "--help"] for words in ALL] + [["--version"], ["data", "list"], ["nothing"]]
    script = (
        "import sys\n"
        "from auscult.cli.main import main\n"
        f"for call in {calls!r}:\n"
        "    sys.argv = ['auscult', *call]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit:\n"
        "        pass\n"
        f"    loaded = sorted(set({HEAVY!r}) & set(sys.modules))\n"
        "    assert not loaded, (call, loaded)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    done = shell("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"auscult, version {__version__}")


@pytest.mark.parametrize("words", [(), ("data",)], ids=["auscult", "data"])
def test_no_arguments_show_the_help(words: tuple[str, ...]) -> None:
    done = shell(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == shell(*words, "--help").stdout


@pytest.mark.parametrize("name", [None, "lstm", "knn-dtw", "majority"])
def test_models(
    name: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(["models", *([name] if name else [])], monkeypatch, capsys)
    assert (done.code, done.err) == (0, "")
    assert (f"--models {name}" if name else "lstm-fcn") in done.out


def test_compare_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(60))
    arguments = ("compare", "patients.csv", "--models", "logistic,mlp:epochs=2", "--repeats", "1")
    done = shell(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    written = {path.name for path in (tmp_path / "auscult-run-patients").iterdir()}
    assert {"result.json", "predictions.csv", "report.html"} <= written
    assert "auscult-run-patients/report.html" in done.stdout
    assert "\x1b" not in done.stdout
    page = (tmp_path / "auscult-run-patients" / "report.html").read_text(encoding="utf-8")
    assert "auscult " + " ".join(arguments) in page


def test_no_header_is_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{30 + i},{'male' if i % 3 else 'female'},{i % 2}" for i in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    arguments = ["compare", "a.csv", "--target", "3", "--models", "logistic", "--repeats", "1"]
    refused = run(arguments, monkeypatch, capsys)
    assert refused.code == 2
    assert "--no-header" in refused.err
    done = run([*arguments, "--no-header"], monkeypatch, capsys)
    assert (done.code, done.err) == (0, "")
    assert "40 cases × 2 columns" in done.out


def test_a_refusal_is_one_line_on_stderr_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(60))
    done = shell("compare", "patients.csv", "--target", "tarqet", "--out", "run", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Did you mean 'target'" in done.stderr
    assert list(tree(tmp_path)) == ["patients.csv"]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_stopped_in_the_middle(number: signal.Signals, code: int, tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(200))
    models = "logistic,mlp:epochs=100000:early_stopping=false"
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "auscult", "compare", "patients.csv", "--models", models],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("logistic"):  # the network is next
                    break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=1.0)
            process.send_signal(number)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == code
    assert "Traceback" not in err
    folder = "auscult-run-patients"
    said = f"stopped; what was finished is kept. Go on with: auscult resume {folder}"
    assert err.strip() == said
    left = {name for name in tree(tmp_path) if "fits" not in name}
    assert left == {"patients.csv", folder, f"{folder}/study.json", f"{folder}/.lock"}
    kept = sorted(path.suffix for path in (tmp_path / folder / "fits").iterdir())
    assert kept == [".fit"] * 20 + [".going"]  # majority's and logistic's, and the network


def test_stopped_when_all_was_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "patients.csv").write_bytes(table(60))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(terminal, "print_leaderboard", stop)
    arguments = ["compare", "patients.csv", "--models", "logistic", "--repeats", "1"]
    done = run([*arguments, "--out", "run"], monkeypatch, capsys)
    assert (done.code, done.err.strip()) == (130, "stopped; the run folder run was written")
    assert (tmp_path / "run" / "report.html").exists()


def test_a_closed_pipe_is_no_fault() -> None:
    done = subprocess.run(
        f"{sys.executable} -m auscult data list | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_grid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "patients.csv").write_bytes(table(200))
    monkeypatch.chdir(tmp_path)
    arguments = ["compare", "patients.csv", "--models", "mlp:epochs=2", "--repeats", "1"]
    done = run([*arguments, "--grid", "optim=sgd,adam batch=8,16"], monkeypatch, capsys)
    assert (done.code, done.err) == (0, "")
    assert "mlp:epochs=2:grid: " in done.out
    assert "MLP (epochs 2; best of 4 settings), judged on validation parts:" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grid", "optimiser=sgd"], "--grid: no model of this study has a setting 'optimiser'"),
        (["--grid", "batch=8", "--grid", "units=8"], "--grid: stands there twice"),
        (["--grid", "batch=8,0"], "--grid: mlp:batch_size=0: "),
    ],
)
def test_a_grid_that_is_refused(
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "patients.csv").write_bytes(table(60))
    monkeypatch.chdir(tmp_path)
    done = run(["compare", "patients.csv", "--models", "mlp", *words], monkeypatch, capsys)
    assert done.code == 2
    assert done.err.startswith(said)
    assert done.err.count("\n") == 1
    assert list(tree(tmp_path)) == ["patients.csv"]


def test_a_grid_without_cases_to_choose_on_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(table(60))
    done = shell("compare", "patients.csv", "--models", "mlp", "--grid", "batch=8,16", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("--grid: settings are chosen on a validation part")
    assert done.stderr.count("\n") == 1
    assert "majority:" not in done.stdout
    assert list(tree(tmp_path)) == ["patients.csv"]


TRAINING, SERVING = ("torch", "sklearn", "numba"), ("starlette", "sqlalchemy", "websockets")


@pytest.mark.parametrize(
    ("said", "packages", "extra"),
    [
        (["audit", "patients.csv"], TRAINING, "train"),
        (["compare", "patients.csv"], TRAINING, "train"),
        (["serve", "model.auscult"], SERVING, "serve"),
        (["history", "list"], SERVING, "serve"),
        (["replay", "100"], SERVING, "serve"),
    ],
    ids=["audit", "compare", "serve", "history", "replay"],
)
def test_without_an_extra_one_line_says_what_to_install(
    said: list[str], packages: tuple[str, ...], extra: str, tmp_path: Path
) -> None:
    (tmp_path / "patients.csv").write_bytes(table(60))
    script = (
        f"import sys; sys.modules.update(dict.fromkeys({packages})); "
        "from auscult.cli.main import main; "
        f"sys.argv = ['auscult', *{said}]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr
    assert f"pip install 'auscult[{extra}]'" in done.stderr
