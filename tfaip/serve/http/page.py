# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The page that documents a service for people: plain HTML, nothing is loaded from elsewhere."""

import html
import json
from typing import Any, Dict

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "pre{background:#f4f4f4;padding:1rem;overflow:auto}td,th{text-align:left;padding:.2rem 1rem .2rem 0;"
    "vertical-align:top}code{background:#f4f4f4}"
)
_LONGEST_EXAMPLE = 2000


def documentation_page(openapi: Dict[str, Any]) -> str:
    """Return the page of an OpenAPI document."""
    schemas = openapi["components"]["schemas"]
    post = openapi["paths"]["/predict"]["post"]
    inputs = "".join(
        f"<tr><td><code>{_text(name)}</code></td><td>{_text(schema.get('description', ''))}</td></tr>"
        for name, schema in schemas["Tensors"]["properties"].items()
    )
    responses = "".join(
        f"<tr><td>{_text(code)}</td><td>{_text(response['description'])}</td></tr>"
        for code, response in post["responses"].items()
    )
    paths = "".join(
        f"<tr><td><code>{method.upper()} {_text(path)}</code></td><td>{_text(operation['summary'])}</td></tr>"
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    )
    title = _text(openapi["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f'<p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>'
        f"<table>{paths}</table>"
        f"<h2>Inputs</h2><p>{_text(schemas['Inputs']['description'])}</p>"
        f"<p><code>tensors</code>: {_text(schemas['Tensors']['description'])}</p><table>{inputs}</table>"
        f"<h2>Example</h2><pre>{_text(_example(post))}</pre>"
        f"<h2>Outputs</h2><p>{_text(schemas['Outputs']['description'])}</p>"
        f"<h2>Answers</h2><table>{responses}</table></body></html>"
    )


def _example(post: Dict[str, Any]) -> str:
    body = json.dumps(post["requestBody"]["content"]["application/json"]["example"])
    if len(body) > _LONGEST_EXAMPLE:
        body = body[:_LONGEST_EXAMPLE] + " ..."
    return f"curl -X POST http://HOST:PORT/predict -H 'Content-Type: application/json' \\\n  -d '{body}'"


def _text(value: Any) -> str:
    return html.escape(str(value))
