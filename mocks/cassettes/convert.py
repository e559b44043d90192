#!/usr/bin/env python3
"""Converts recorded exchanges with a kube-apiserver into cassettes, one for each folder.

    python3 mocks/cassettes/convert.py FOLDER-OF-RECORDINGS mocks/cassettes/kubernetes

The folder holds INDEX.md (a table whose first column names the files in the order of recording) and one JSON file for
each exchange. Running it twice on the same recordings gives the same bytes. The format is described by
mocks/Replay/Cassette.swift; the layout (short values on one line, two spaces a level) equals what `Cassette.text` writes.

What is left out: Authorization and all other request headers that are never matched, and response headers that no
client acts on (Audit-Id, Date, Content-Length, Transfer-Encoding, Cache-Control, X-Content-Type-Options, X-Kubernetes-Pf-*,
Vary). JSON Web Tokens in bodies are masked. Bodies are otherwise whole; gzip bodies are stored decoded.
"""

import base64
import collections
import gzip
import json
import pathlib
import re
import sys

WIDTH = 118
KEPT = {"content-type", "retry-after", "warning", "etag", "location", "link"}
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")
CALLERS = {
    "Bearer rig-admin-token": "admin",
    "Bearer rig-deployer-token": "deployer",
    "Bearer rig-nobody-token": "a user without rights",
    "Bearer no-such-token": "an unknown token",
}
SITUATIONS = {
    "apply": "server-side apply: create, repeat, conflict, force",
    "auth": "who am I, what may I do, a service account's token",
    "bluegreen": "two Deployments side by side",
    "deployment": "a Deployment created, updated, scaled, paused, stuck, rolled back and deleted",
    "discovery": "versions, groups, resources and health",
    "errors": "one exchange for each kind of error",
    "event": "events listed and created",
    "eviction": "a disruption budget",
    "gateway": "Gateway API: an HTTPRoute's weights changed in every way there is",
    "lease": "a Lease held, renewed, contested and released",
    "list": "pages, tables, metadata only, a large answer",
    "pod": "pods during a rolling update and a stuck one",
    "replicaset": "replica sets during a rolling update",
    "service": "a Service's selector switched, and its endpoint slices",
    "watch": "watches that start, end, break off and expire",
}


def masked(text):
    return TOKEN.sub("[masked token]", text)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def laid_out(value, level=0, used=0):
    """The value on one line where it fits beside the `used` columns before it, else one element a line."""
    line = compact(value)
    if not isinstance(value, (dict, list)) or not value or used + len(line) <= WIDTH:
        return line
    inner = "  " * (level + 1)
    if isinstance(value, dict):
        pairs = [(json.dumps(key, ensure_ascii=False) + ": ", item) for key, item in value.items()]
    else:
        pairs = [("", item) for item in value]
    lines = [inner + key + laid_out(item, level + 1, len(inner) + len(key)) for key, item in pairs]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return opening + "\n" + ",\n".join(lines) + "\n" + "  " * level + closing


def content(text, line_break):
    """`{json}` for a JSON document (followed by `line_break`, which is part of the form), else `{lines}`."""
    text = masked(text)
    try:
        document = json.loads(text)
    except ValueError:
        return {"lines": text.split("\n")}
    if isinstance(document, (dict, list)) and (not line_break or text.endswith("\n")):
        return {"json": document}
    return {"lines": text.split("\n")}


def body_of(response):
    if "bodyBase64" not in response:
        return response["body"]
    data = base64.b64decode(response["bodyBase64"])
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8")


def answer(exchange):
    request, response = exchange["request"], exchange["response"]
    if response["status"] == 0:
        return {"failure": {"reach": "unanswered", "reason": response["reason"]}}
    result = {"status": response["status"]}
    headers = {name: value for name, value in response["headers"] if name.lower() in KEPT}
    if headers:
        result["headers"] = headers
    is_watch = any(name == "watch" and value in ("1", "true") for name, value in request["query"])
    if is_watch and response["status"] == 200:
        frames = [{"atMilliseconds": round(chunk["atMs"]), **content(chunk["data"], True)}
                  for chunk in response.get("chunks", [])]
        joined = "".join(chunk["data"] for chunk in response.get("chunks", []))
        assert joined == response["body"], exchange["id"]
        result["frames"] = frames
        result["ended"] = {"atMilliseconds": round(response["elapsedMs"])}
        if response.get("ended"):
            result["ended"]["broken"] = "the connection was closed in the middle of the answer"
    else:
        assert not response.get("ended"), exchange["id"]
        body = body_of(response)
        if body:
            result["body"] = content(body, False)
    return result


def interaction(exchange):
    request = exchange["request"]
    headers = dict(request["headers"])
    caller = CALLERS.get(headers.get("Authorization", ""))
    if caller is None:
        caller = "a service account" if "Authorization" in headers else exchange["auth"]
    call = {"method": request["method"], "target": request["target"]}
    matched = {name: headers[name] for name in ("Accept", "Content-Type") if name in headers}
    if matched:
        call["headers"] = matched
    if request["body"]:
        call["body"] = content(request["body"], False)
    return {
        "id": exchange["id"].split("/")[-1],
        "title": exchange["title"],
        "caller": "no credentials" if caller == "none" else caller,
        "request": call,
        "response": answer(exchange),
    }


def main():
    source, destination = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = re.findall(r"^\| ([a-z]+/[A-Za-z0-9.-]+\.json) \|", (source / "INDEX.md").read_text(), re.MULTILINE)
    assert sorted(files) == sorted(str(path.relative_to(source)) for path in source.glob("*/*.json"))
    folders = collections.defaultdict(list)
    for name in files:
        folders[name.split("/")[0]].append(json.loads((source / name).read_text()))
    for folder, exchanges in sorted(folders.items()):
        version = exchanges[0]["kubernetes"].lstrip("v")
        cassette = {
            "format": 1,
            "origin": {
                "kind": "recorded",
                "from": f"kube-apiserver {version} by this project: {SITUATIONS[folder]}",
                "recordedAt": min(exchange["recordedAt"] for exchange in exchanges),
                "note": f"The server is a vendored fork of Kubernetes {version} run in plain Kubernetes mode, with etcd "
                "3.5.30 and the Gateway API 1.6.1 definitions. The readiness of pods and the status of Gateways and "
                "HTTPRoutes were written by a stand-in, not by a kubelet or a gateway.",
            },
            "interactions": [interaction(exchange) for exchange in exchanges],
        }
        path = destination / f"{folder}.json"
        path.write_text(laid_out(cassette) + "\n", encoding="utf-8")
        print(f"{path}: {len(exchanges)} interactions, {path.stat().st_size} bytes")


main()
