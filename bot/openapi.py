"""What `GET /openapi.json` tells: the HTTP interface as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from bot import __version__

_TEXT = {"type": ["string", "null"]}
_ARTICLE: dict[str, Any] = {
    "type": "object",
    "description": "One article; `text` or `html` must have words. What is missing is found in the text.",
    "properties": {
        "guid": {"type": ["string", "integer", "null"], "description": "Your own id; the same id is the same article"},
        "url": {"type": ["string", "null"], "format": "uri", "description": "http or https"},
        "source": {**_TEXT, "description": "The name that readers see"},
        "title": _TEXT,
        "teaser": {**_TEXT, "description": "What the source itself says of the article"},
        "text": {**_TEXT, "description": "Plain text, one block per line"},
        "html": {**_TEXT, "description": "A page or fragment, instead of `text`"},
        "language": {**_TEXT, "description": "ISO 639-1, such as de"},
        "published_at": {**_TEXT, "description": "ISO 8601; without a zone it is UTC. Some other names do too"},
        "author": {**_TEXT, "description": "Who wrote it; several with commas"},
        "picture": {
            "type": ["string", "null"],
            "format": "uri",
            "description": "Address of its picture, http or https",
        },
        "topics": {
            "type": ["array", "string", "null"],
            "items": {"type": "string"},
            "description": "Names or slugs of topics",
        },
    },
    "anyOf": [{"required": ["text"]}, {"required": ["html"]}],
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["problem"],
    "properties": {"problem": {"type": "string"}},
}
_RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["index", "status"],
    "properties": {
        "index": {"type": "integer", "minimum": 0},
        "status": {"enum": ["added", "updated", "unchanged", "refused"]},
        "article": {"type": "integer"},
        "story": {"type": "integer"},
        "title": {"type": "string"},
        "problem": {"type": "string"},
    },
}
_RESULTS: dict[str, Any] = {
    "type": "object",
    "required": ["stored", "results"],
    "properties": {"stored": {"type": "integer", "minimum": 0}, "results": {"type": "array", "items": _RESULT}},
}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Depesche", "version": __version__, "description": "Articles in, by any program."},
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/articles": {
            "post": {
                "operationId": "pushArticles",
                "summary": "Store articles, at most 500 at once; sending them again changes nothing",
                "security": [{"token": []}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"oneOf": [_ARTICLE, {"type": "array", "items": _ARTICLE}]}},
                        "application/x-ndjson": {"schema": {"type": "string", "description": "One article a line"}},
                    },
                },
                "responses": {
                    "202": _answer("Stored, but for the articles that are refused by name", _RESULTS),
                    "400": _answer("The body is no JSON", _PROBLEM),
                    "401": _answer("The token is missing or wrong", _PROBLEM),
                    "413": _answer("Too large, or too many articles", _PROBLEM),
                    "415": _answer("Neither JSON nor JSON Lines", _PROBLEM),
                    "422": _answer("No article of the request could be stored", _RESULTS),
                },
            }
        },
        "/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This description",
                "responses": {"200": _answer("OpenAPI 3.1", {"type": "object"})},
            }
        },
    },
}
