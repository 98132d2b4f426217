"""An S3 server in this process, and the URLs of empty places in it and in memory."""

from __future__ import annotations

import importlib.util
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

BUCKET = "bucket"


@contextmanager
def s3_server() -> Iterator[str]:
    """The URL of a bucket; the environment tells this process, and those that it starts, where its server is."""
    if importlib.util.find_spec("s3fs") is None or importlib.util.find_spec("moto") is None:
        pytest.skip('s3fs or moto is not installed: pip install "jixiao[test]"')
    import fsspec
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
            patch.setenv("AWS_ACCESS_KEY_ID", "none")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            files = fsspec.filesystem("s3", use_listings_cache=False)
            files.mkdir(BUCKET)
            yield f"s3://{BUCKET}"
    finally:
        server.stop()


def new_place(root: str) -> str:
    """The URL of a place below it in which nothing is."""
    return f"{root}/{uuid.uuid4().hex}"
