"""Log lines as events with fields, on stderr: text for people, JSON for machines; no secret, nothing people wrote."""

import logging
import sys
from typing import Literal

import structlog

_SECRETIVE = ("httpx", "httpcore", "telegram", "aiohttp.access", "alembic", "apscheduler", "watchfiles")
"""Loggers that would write addresses with a token in them, or a line for everything they do."""


def start_logging(log_format: Literal["text", "json"], *, level: str = "INFO") -> None:
    """Send everything that is logged, ours and the libraries', through one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=log_format == "json"),
    ]
    final: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        # Plain: the pretty one shows local variables where rich is installed, and a cookie or a token may be one.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    render: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format == "json":
        render.append(structlog.processors.format_exc_info)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*render, final]))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _SECRETIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
