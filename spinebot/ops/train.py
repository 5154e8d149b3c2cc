"""Train where no model is current: `python -m spinebot.ops.train [--force]`."""
from __future__ import annotations

import hashlib
import subprocess
import sys
import time

from spinebot.ops.environment import child_environment, rasa_command
from spinebot.ops.preflight import project_files, yaml_problems
from spinebot.paths import MODELS, ROOT, encoder_exported

MODEL = MODELS / "spinebot.tar.gz"
FINGERPRINT = MODELS / "spinebot.fingerprint"
_CODE = ("nlu", "policies", "red_flags")


def fingerprint() -> str:
    """A checksum of everything that goes into a model."""
    files = [ROOT / "config.yml", ROOT / "domain.yml", ROOT / "requirements.txt"]
    for folder in ("nlu", "rules", "stories"):
        files += sorted((ROOT / "data" / folder).rglob("*.yml"))
    for folder in _CODE:
        files += sorted(p for p in (ROOT / "spinebot" / folder).rglob("*")
                        if p.suffix in (".py", ".yml"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether encoder and model are there and come from the files as they are now."""
    return (encoder_exported() and MODEL.is_file() and FINGERPRINT.is_file()
            and FINGERPRINT.read_text().strip() == fingerprint())


def train() -> None:
    """Export the encoder if need be, then train; progress goes to the terminal.

    Raises:
        SystemExit: with one line that says what is wrong.
    """
    problems = yaml_problems(project_files())
    if problems:
        sys.exit("\n".join(problems))
    if not encoder_exported():
        from spinebot.nlu.encoder_export import EncoderExportError, export  # a heavy import
        print("Writing the sentence encoder ...", flush=True)
        try:
            export()
        except EncoderExportError as problem:
            sys.exit(str(problem))
    print("Training (about a minute) ...", flush=True)
    started = time.monotonic()
    environment = {**child_environment(), "LOG_LEVEL": "INFO"}
    command = rasa_command("train", "--out", str(MODELS), "--fixed-model-name",
                           MODEL.name.removesuffix(".tar.gz"))
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        sys.exit("Training failed; the lines above say why.")
    FINGERPRINT.write_text(fingerprint() + "\n")
    print(f"Trained in {time.monotonic() - started:.0f} s: models/{MODEL.name}")


if __name__ == "__main__":
    if "--force" in sys.argv or not is_current():
        train()
    else:
        print(f"models/{MODEL.name} is current.")
