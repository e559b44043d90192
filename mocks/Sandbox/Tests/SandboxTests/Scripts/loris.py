"""Clients that dawdle, each on a connection of its own: PLAIN_URL TLS_URL. Prints which of them were closed."""
import socket
import sys
import threading
import time

plain, tls = (int(url.rsplit(":", 1)[1]) for url in sys.argv[1:3])
head = b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\n"
closed = {}


def dawdle(name, port, begin, drop):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.settimeout(0.1)
    closed[name] = False
    try:
        connection.sendall(begin)
        end = time.time() + 20
        while time.time() < end:
            if drop:
                connection.sendall(drop)
            try:
                if connection.recv(4096) == b"":
                    break
            except socket.timeout:
                pass
        else:
            return
    except OSError:
        pass
    closed[name] = True


clients = [
    ("silent", plain, b"", b""), ("head", plain, head, b"X: y\r\n"),
    ("body", plain, head + b"Content-Length: 100000\r\n\r\n", b"x"),
    ("chunks", plain, head + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ("handshake", tls, b"", b""), ("handshake bytes", tls, b"\x16\x03\x01\x02\x00", b"\x01"),
]
threads = [threading.Thread(target=dawdle, args=client) for client in clients]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(" ".join(name for name, *_ in clients if closed[name]).replace("handshake bytes", "bytes"))
