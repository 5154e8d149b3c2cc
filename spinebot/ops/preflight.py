"""Checks before a start: each finding is one clear line, never a traceback."""
from __future__ import annotations

import socket
from pathlib import Path
from typing import Iterable, Iterator, Mapping

import yaml

from spinebot.channels.whatsapp.settings import problems as whatsapp_problems
from spinebot.ops import safety_checks
from spinebot.paths import ROOT


def project_files(root: Path = ROOT) -> Iterator[Path]:
    """Every YAML file that Rasa or the assistant reads."""
    for name in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml"):
        yield root / name
    yield from sorted((root / "data").rglob("*.yml"))
    yield from sorted((root / "spinebot").rglob("*.yml"))


def yaml_problems(files: Iterable[Path], root: Path = ROOT) -> list[str]:
    """One line for each file that is missing or broken, with its place."""
    problems = []
    for path in files:
        name = path.relative_to(root)
        try:
            yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            problems.append(f"{name} is missing.")
        except UnicodeDecodeError as error:
            problems.append(f"{name} is not UTF-8 (byte {error.start}).")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
            problems.append(f"{name}{place}: {error.problem}.")
        except yaml.YAMLError as error:
            problems.append(f"{name}: {str(error).splitlines()[0]}.")
    return problems


def problems(environment: Mapping[str, str], ports: dict[str, int], host: str) -> list[str]:
    """Whatever stands against a start, one line each.

    Args:
        environment: variables of the process.
        ports: environment variable that sets it -> port.
        host: address to listen on.
    """
    broken = yaml_problems(project_files())
    return (broken or settings_problems(environment)) + port_problems(ports, host)


def settings_problems(environment: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """One line for each setting that does not allow a start.

    Args:
        environment: variables of the process.
        root: folder of a readable credentials.yml.
    """
    channels = yaml.safe_load((root / "credentials.yml").read_text(encoding="utf-8")) or {}
    return [*safety_checks.problems(environment, channels), *whatsapp_problems(environment)]


def port_problems(ports: dict[str, int], host: str) -> list[str]:
    """One line for each port that something else already listens on.

    Args:
        ports: environment variable that sets it -> port.
        host: address to listen on.
    """
    problems = []
    for variable, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                problems.append(f"Port {port} is taken. Stop what uses it, or choose another: "
                                f"{variable}=<port> make run")
    return problems
