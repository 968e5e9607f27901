"""The files by which the keeper, `manage.py dev` and other commands of one VAR_DIR find and respect each other."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def default_var_dir() -> Path:
    return Path(os.environ.get("VAR_DIR") or REPOSITORY / "var").resolve()


@dataclass(frozen=True)
class Places:
    var_dir: Path

    @property
    def users_lock(self) -> Path:
        """Held shared by everybody who needs the services."""
        return self.var_dir / "locks" / "users"

    @property
    def start_lock(self) -> Path:
        """Held alone by whoever looks for a keeper or starts one."""
        return self.var_dir / "locks" / "start"

    @property
    def keeper_lock(self) -> Path:
        """Held alone by the keeper for all its life."""
        return self.var_dir / "locks" / "keeper"

    @property
    def run_lock(self) -> Path:
        """Held alone by `manage.py dev`, which writes its address into it."""
        return self.var_dir / "locks" / "run"

    @property
    def state(self) -> Path:
        """The services' URLs, or why there are none."""
        return self.var_dir / "locks" / "services.json"

    @property
    def secret_key(self) -> Path:
        return self.var_dir / "secret_key"

    @property
    def logs(self) -> Path:
        return self.var_dir / "log"
