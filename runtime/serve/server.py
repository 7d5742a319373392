"""The verb `cnn serve`: from a run directory to a server that ends cleanly."""

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn

from runtime.errors import UserError
from runtime.files import reason
from runtime.serve.guard import LOOPBACK_NAMES
from runtime.serve.limits import LIMITS, Limits
from runtime.serve.protocol import protocol_with
from runtime.terminal import printable, show_warning

_BACKLOG: Final = 512
_MOST_HEAD_BYTES: Final = 16_384


def serve(run: str, host: str, port: int) -> int:
    """Serve a finished run until Ctrl-C or SIGTERM; requests under way are answered then. The exit code is 0.

    Args:
        run: The run directory.
        host: The address or name to listen on.
        port: To listen on; 0 for a free one.

    Raises UserError where the run cannot be used, or the address cannot.
    """
    with listening(host, port) as listener:
        at, bound = listener.getsockname()[:2]
        local = ipaddress.ip_address(at.partition("%")[0]).is_loopback
        if not local:
            show_warning(f"{host} can be reached from other machines, and whoever reaches it can use the model")
        # TensorFlow is loaded only now, which takes seconds.
        from runtime.serve.app import make_app
        from runtime.serve.served import load_served

        served = load_served(Path(run), LIMITS.batch)
        app = make_app(served, LOOPBACK_NAMES | {host.lower()} if local else None)
        # What is wrong with a request is said in its answer; only faults of the server belong on its terminal.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)

        def ready() -> None:
            address = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
            print(f"serving {printable(served.facts['run'])} on {address}  (Ctrl-C ends it)", flush=True)

        asyncio.run(server_of(app, LIMITS, ready).serve([listener]))
    print("stopped", flush=True)
    return 0


def server_of(app: Any, limits: Limits, ready: Callable[[], object]) -> uvicorn.Server:
    """A server of an application, on sockets that listen; `ready` is called when it answers."""
    config = uvicorn.Config(
        app,
        http=protocol_with(limits),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=limits.ending_seconds,
        h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
    )
    return _Server(config, ready)


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready, and for which a signal is an orderly end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but the signals are not raised once more at the end, which would be its exit code."""
        if threading.current_thread() is not threading.main_thread():  # Python lets no other thread handle signals
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens already: that another program has the port is known before the model is loaded.

    Raises UserError where it cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=_BACKLOG)
    except (socket.gaierror, UnicodeError) as error:
        raise UserError(f"cannot listen on {host!r:.80}: there is no such address") from error
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                help_ = "choose another with --port, or --port 0 for a free one"
                raise UserError(f"port {port} on {host} is taken by another program", help=help_) from error
            case errno.EACCES:
                help_ = "choose one from 1024 on with --port"
                raise UserError(f"port {port} on {host} is reserved for the system", help=help_) from error
            case errno.EADDRNOTAVAIL:
                raise UserError(f"cannot listen on {host}: it is no address of this machine") from error
        raise UserError(f"cannot listen on {host}, port {port}: {reason(error)}") from error
