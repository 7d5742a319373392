"""What is wrong with a message that cannot be read, in the codes of JSON-RPC 2.0 (section 5.1)."""

import json
from typing import Any, NamedTuple

from lsprotocol.types import METHOD_TO_TYPES, ErrorCodes

from spec_lang.diagnostics import cut


class Refusal(NamedTuple):
    """The error that answers a message."""

    code: ErrorCodes
    why: str
    identifier: int | str | None = None
    is_notification: bool = False
    """Whether it wants no answer."""


def refusal_of(body: bytes, problem: str = "") -> Refusal:
    """The error for the body of a message that could not be read; `problem` where there was no body at all."""
    if problem:
        return Refusal(ErrorCodes.ParseError, problem)
    try:
        message = json.loads(body)
    except UnicodeDecodeError as error:
        return Refusal(ErrorCodes.ParseError, f"a message is not UTF-8: byte {error.start} is {body[error.start]:#04x}")
    except ValueError as error:
        return Refusal(ErrorCodes.ParseError, f"a message is no JSON: {error}")
    except RecursionError:
        return Refusal(ErrorCodes.ParseError, "a message is nested too deeply")
    if isinstance(message, list):
        return Refusal(ErrorCodes.InvalidRequest, "the protocol knows no batches: send each message by itself")
    if not isinstance(message, dict):
        return Refusal(ErrorCodes.InvalidRequest, "a message is no JSON object")
    return _of_object(message)


def is_identifier(value: object) -> bool:
    """Whether a value can be the id of a request."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def _of_object(message: dict[str, Any]) -> Refusal:
    identifier, method = message.get("id"), message.get("method")
    known = identifier if is_identifier(identifier) else None
    is_notification = "id" not in message and isinstance(method, str)
    if message.get("jsonrpc") != "2.0":
        why = 'a message does not say that it is JSON-RPC 2.0: "jsonrpc": "2.0"'
        return Refusal(ErrorCodes.InvalidRequest, why, known)
    if not isinstance(method, str):
        why = "a message has neither a method nor the answer to a request" if method is None else "a method is no text"
        return Refusal(ErrorCodes.InvalidRequest, why, known)
    if "id" in message and known is None:
        return Refusal(ErrorCodes.InvalidRequest, f"{cut(method)}: the id is neither a number nor a text")
    if method not in METHOD_TO_TYPES:
        why = f"{cut(method)} is no method of the protocol"
        return Refusal(ErrorCodes.MethodNotFound, why, known, is_notification)
    why = f"{method}: its params are not those of the protocol"
    return Refusal(ErrorCodes.InvalidParams, why, known, is_notification)
