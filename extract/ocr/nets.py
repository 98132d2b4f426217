"""A network of the ``rapidocr`` wheel, run by OpenVINO where it is installed, else by onnxruntime."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from extract.arrays import Singles

Backend = Literal["openvino", "onnxruntime"]


class Net(NamedTuple):
    """A loaded network: ``run`` takes lines × colours × rows × columns; ``characters`` is what its outputs stand for."""

    run: Callable[[Singles], Singles]
    characters: tuple[str, ...]


@cache
def backend() -> Backend | None:
    """What networks are run by here; None where nothing is installed that could."""
    if find_spec("openvino") is not None:
        return "openvino"
    return "onnxruntime" if find_spec("onnxruntime") is not None else None


def model_path(name: str) -> Path | None:
    """Where the wheel keeps a model; None where it is not installed or carries no such model."""
    found = find_spec("rapidocr")
    folders = found.submodule_search_locations if found is not None else None
    path = Path(next(iter(folders))) / "models" / name if folders else None
    return path if path is not None and path.is_file() else None


def load_net(path: Path, by: Backend, threads: int) -> Net:
    """The network in a file, run in this number of threads."""
    return _by_openvino(path, threads) if by == "openvino" else _by_onnxruntime(path, threads)


def _by_openvino(path: Path, threads: int) -> Net:
    """Threads are not pinned to cores: of two processes each would take the same core. Numbers are not shortened to 16 bit,
    as processors that can do so would have it: a page is read the same everywhere."""
    from openvino import Core

    core = Core()
    model = core.read_model(path)
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,
        "CPU_RUNTIME_CACHE_CAPACITY": 0,
    }
    request = core.compile_model(model, "CPU", settings).create_infer_request()
    told = model.get_rt_info()
    written = told["framework"]["character"].value if "framework" in told and "character" in told["framework"] else ""

    def run(values: Singles) -> Singles:
        request.infer([values])
        return np.array(request.get_output_tensor().data, np.float32)

    return Net(run, tuple(written.splitlines()))


def _by_onnxruntime(path: Path, threads: int) -> Net:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    taken = session.get_inputs()[0].name
    characters = session.get_modelmeta().custom_metadata_map.get("character", "").splitlines()

    def run(values: Singles) -> Singles:
        return np.asarray(session.run(None, {taken: values})[0], np.float32)

    return Net(run, tuple(characters))
