"""The servers that the transport's tests talk to: plain HTTP/1.1, TLS, client certificates, a CONNECT proxy, and nginx
for HTTP/2 in front of them where nginx is installed. Standard library only, loopback only.

It prints one line of JSON (ports, paths, whether nginx runs) and ends when its standard input does.
"""
import asyncio
import gzip
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import warnings
from urllib.parse import parse_qs, urlsplit

FOLDER = tempfile.mkdtemp(prefix="slipway-curl-")
COUNTS = {"connections": 0, "watches": 0, "connects": 0}
CHUNK = b"x" * 65536
BOMB = gzip.compress(bytes(200 << 20), 1)


def count(name, by=1):
    COUNTS[name] = COUNTS.get(name, 0) + by


def path(name):
    return os.path.join(FOLDER, name)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def make_certificates():
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=slipway test authority", "-keyout", path("ca.key"), "-out", path("ca.pem"))
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=another authority", "-keyout", path("other-ca.key"), "-out", path("other-ca.pem"))
    for name, subject, names in [
        ("server", "localhost", "DNS:localhost,IP:127.0.0.1"),
        ("named", "cluster.internal", "DNS:cluster.internal"),
        ("client-one", "client-one", "DNS:client-one"),
        ("client-two", "client-two", "DNS:client-two"),
    ]:
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={subject}",
                "-keyout", path(name + ".key"), "-out", path(name + ".csr"))
        with open(path(name + ".ext"), "w") as file:
            file.write(f"subjectAltName={names}\n")
        openssl("x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", path(name + ".ext"), "-out", path(name + ".pem"))
    openssl("pkey", "-in", path("client-one.key"), "-aes256", "-passout", "pass:secret", "-out", path("locked.key"))


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        if line:
            name, value = line.split(":", 1)
            headers[name.strip().lower()] = value.strip()
    body = b""
    if "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while True:
            size = int(await reader.readline(), 16)
            body += (await reader.readexactly(size + 2))[:size]
            if size == 0:
                break
    return method, target, headers, body


def reply(writer, status, body=b"", headers=()):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


async def stream(writer, pieces, content_type="application/json"):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: %s\r\n\r\n" % content_type.encode())
    async for piece in pieces:
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def watch(query):
    count("watches")
    try:
        for number in range(int(query.get("count", "1000000000"))):
            yield b'{"number":%d}\n' % number
            await asyncio.sleep(int(query.get("ms", "10")) / 1000)
    finally:
        count("watches", -1)


async def firehose(total, key):
    sent = 0
    while sent < total:
        yield CHUNK[: min(len(CHUNK), total - sent)]
        sent += len(CHUNK)
        count(key, len(CHUNK))
        await asyncio.sleep(0)


async def raw(writer, data):
    """Sends bytes as they are and closes."""
    writer.write(data)
    await writer.drain()
    raise ConnectionError


async def answer(method, target, headers, body, writer):
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    match parts.path:
        case "/small":
            reply(writer, 200, b'{"ok":true}', ["Content-Type: application/json"])
        case "/kilobyte":
            reply(writer, 200, b"k" * 1024)
        case "/slow":
            await asyncio.sleep(int(query["ms"]) / 1000)
            reply(writer, 200, b"late")
        case "/watch":
            await stream(writer, watch(query))
        case "/echo":
            reply(writer, 200, body)
        case "/seen":
            peer = (writer.get_extra_info("peercert") or {}).get("subject", ())
            name = next((value for field in peer for key, value in field if key == "commonName"), None)
            text = json.dumps({"method": method, "target": target, "headers": headers, "client": name})
            reply(writer, 200, text.encode())
        case "/counts":
            reply(writer, 200, json.dumps(COUNTS).encode())
        case "/count":
            count(query["key"])
            reply(writer, int(query.get("status", "200")))
        case "/drop":
            # Read, counted, and never answered.
            count(query["key"])
            raise ConnectionError
        case "/firehose":
            await stream(writer, firehose(int(query["bytes"]), query.get("key", "written")), "application/octet-stream")
        case "/garbage":
            await raw(writer, b"\x00\x01\x02 this is not HTTP \x1b[31m\r\n\r\n")
        case "/truncated":
            await raw(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        case "/headerbomb":
            lines = b"".join(b"X-Filler-%d: %s\r\n" % (number, b"y" * 1000) for number in range(200))
            await raw(writer, b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n")
        case "/gzip":
            packed = gzip.compress(b"z" * 972_110)
            reply(writer, 200, packed, ["Content-Encoding: gzip", "X-Asked: " + headers.get("accept-encoding", "")])
        case "/gzipbomb":
            packed = BOMB
            reply(writer, 200, packed, ["Content-Encoding: gzip"])
        case "/redirect":
            reply(writer, 302, b"", ["Location: /small"])
        case "/interim":
            writer.write(b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            reply(writer, 200, b"final", ["X-Late: 1"])
        case _:
            reply(writer, 404, b"no such page")
    await writer.drain()


async def serve(reader, writer):
    count("connections")
    writer.transport.set_write_buffer_limits(high=65536)
    try:
        while True:
            method, target, headers, body = await read_request(reader)
            await answer(method, target, headers, body, writer)
            if headers.get("connection") == "close":
                break
    except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, OSError):
        pass
    finally:
        writer.close()


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, OSError):
        pass
    finally:
        writer.close()


async def proxy(reader, writer):
    """CONNECT only; the user name `refused` gets a 403."""
    try:
        method, target, headers, _ = await read_request(reader)
        count("connects")
        if method != "CONNECT" or headers.get("proxy-authorization", "").endswith("cmVmdXNlZDpzZWNyZXQ="):
            reply(writer, 403)
            await writer.drain()
            writer.close()
            return
        host, port = target.rsplit(":", 1)
        upstream = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(pump(reader, upstream[1]), pump(upstream[0], writer))
    except (ConnectionError, asyncio.IncompleteReadError, OSError):
        writer.close()


async def silent(reader, writer):
    """Accepts and never says a word: a TLS handshake that hangs."""
    await reader.read()
    writer.close()


def context(certificate, client_authority=None):
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.load_cert_chain(path(certificate + ".pem"), path(certificate + ".key"))
    settings.set_alpn_protocols(["http/1.1"])
    if client_authority:
        settings.verify_mode = ssl.CERT_OPTIONAL
        settings.load_verify_locations(path(client_authority))
    return settings


def old_context():
    warnings.simplefilter("ignore", DeprecationWarning)
    settings = context("server")
    settings.minimum_version = ssl.TLSVersion.TLSv1
    settings.maximum_version = ssl.TLSVersion.TLSv1_1
    settings.set_ciphers("ALL:@SECLEVEL=0")
    return settings


def free_ports(number):
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
  keepalive_requests 1000000; client_max_body_size 64m;
  upstream backend {{ server 127.0.0.1:{backend}; keepalive 64; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{h2} ssl http2;
    location = /small {{ default_type application/json; return 200 '{{"ok":true}}'; }}
    location = /kilobyte {{ root {folder}/files; }}
    location / {{
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_buffering off; proxy_request_buffering off; proxy_read_timeout 120s;
    }}
  }}
  server {{
    listen 127.0.0.1:{goaway} ssl http2;
    keepalive_requests 10;
    location = /small {{ default_type application/json; return 200 '{{"ok":true}}'; }}
  }}
}}
"""


def start_nginx(backend):
    """HTTP/2 in front of the plain server; None with the reason where it cannot be had."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
    if not program:
        return None, "nginx is not installed (Debian: nginx-light, macOS: brew install nginx)"
    os.makedirs(path("files"), exist_ok=True)
    with open(path("files/kilobyte"), "wb") as file:
        file.write(b"k" * 1024)
    for _ in range(3):
        h2, goaway = free_ports(2)
        with open(path("nginx.conf"), "w") as file:
            file.write(NGINX.format(folder=FOLDER, backend=backend, h2=h2, goaway=goaway))
        process = subprocess.Popen([program, "-p", FOLDER, "-c", path("nginx.conf")],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(100):
            if process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", goaway), 1).close()
                return (process, h2, goaway), None
            except OSError:
                time.sleep(0.05)
        process.kill()
        process.wait()
    return None, "nginx does not start: " + process.stderr.read().decode(errors="replace")[:300]


async def main():
    make_certificates()
    loop = asyncio.get_running_loop()
    ports = {}
    for name, handler, tls in [
        ("plain", serve, None), ("tls", serve, context("server")), ("named", serve, context("named")),
        ("mutual", serve, context("server", "ca.pem")), ("old", serve, old_context()), ("proxy", proxy, None),
        ("silent", silent, None),
    ]:
        server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=tls, backlog=2048)
        ports[name] = server.sockets[0].getsockname()[1]
    nginx, reason = start_nginx(ports["plain"])
    if nginx:
        ports["h2"], ports["goaway"] = nginx[1], nginx[2]
    print(json.dumps({"folder": FOLDER, "ports": ports, "missing": reason}), flush=True)
    ended = asyncio.Event()
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(ended.set))
    loop.run_in_executor(None, lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)))
    await ended.wait()
    if nginx:
        nginx[0].kill()
        nginx[0].wait()
    shutil.rmtree(FOLDER, ignore_errors=True)
    os._exit(0)


try:
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
except (ImportError, ValueError, OSError):
    pass
asyncio.run(main())
