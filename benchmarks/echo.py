"""A bare Flask JSON echo: what Flask and the server program cost alone. `python -m benchmarks.echo PORT`"""

import sys

from flask import Flask, Response, jsonify, request
from granian.constants import HTTPModes, Interfaces
from granian.server import Server

app = Flask(__name__)


@app.post("/v1/<path:path>")
def echo(path: str) -> Response:
    return jsonify(request.get_json())


@app.get("/health")
def health() -> str:
    return "ok"


if __name__ == "__main__":
    from autumn_mock.server import THREADS

    Server(
        "benchmarks.echo:app",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        log_enabled=False,
    ).serve()
