"""Moto's server on a free port of this machine; says where it listens, and ends when its standard input is closed."""

import sys

try:
    from moto.server import ThreadedMotoServer
except ImportError as error:
    print(f"missing {error}", flush=True)
    sys.exit(0)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"port {port}", flush=True)
sys.stdin.buffer.read()
server.stop()
