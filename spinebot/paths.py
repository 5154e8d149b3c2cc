"""Where things stand in the project, seen from its root."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
ENCODER = MODELS / "encoder"
GRAPH_FILE, TOKENIZER_FILE = "minilm-int8.onnx", "tokenizer.json"  # of the exported encoder
DOMAIN = ROOT / "domain.yml"
DOCUMENT = ROOT / "data" / "document"


def encoder_exported(folder: Path = ENCODER) -> bool:
    """Whether both files of the encoder are in place."""
    return all((folder / name).is_file() for name in (GRAPH_FILE, TOKENIZER_FILE))
