"""Where things stand in the project, seen from its root."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
ENCODER = MODELS / "encoder"
DOMAIN = ROOT / "domain.yml"
DOCUMENT = ROOT / "data" / "document"
