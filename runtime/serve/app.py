"""The addresses that the server answers at."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from runtime.serve.guard import Guard
from runtime.serve.limits import LIMITS, Limits
from runtime.serve.page import Page, load_page
from runtime.serve.predictions import Predictions
from runtime.serve.refusal import Json, RefusalAnswer, RefusedError
from runtime.serve.served import Served


def make_app(served: Served, hosts: frozenset[str] | None, limits: Limits = LIMITS) -> ASGIApp:
    """The whole application, to be run in one event loop; its threads live from its start-up to its shut-down.

    Args:
        served: The model.
        hosts: The names that it answers to; None for all.
        limits: What it grants.
    """
    page = load_page()
    predictions = Predictions(served, limits)
    routes = [
        Route("/", lambda _: _page(page)),
        Route("/model", lambda _: Json(served.facts)),
        Route("/health", lambda _: Json({"status": "ok"})),
        Route("/predict", predictions.answer, methods=["POST"]),
    ]
    handlers = {RefusedError: _refused, HTTPException: _no_such_address, ClientDisconnect: _gone}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=predictions.running)
    return Guard(app, hosts)


def _page(page: Page) -> Response:
    return Response(page.content, media_type="text/html", headers={"content-security-policy": page.policy})


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return RefusalAnswer(error)


async def _no_such_address(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    addresses = "GET /, GET /model, GET /health and POST /predict"
    message = (
        f"{request.method} {request.url.path:.80} is not answered here" if error.status_code < 500 else error.detail
    )
    return RefusalAnswer(RefusedError(error.status_code, message, f"the addresses are {addresses}", error.headers))


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # that nobody reads
