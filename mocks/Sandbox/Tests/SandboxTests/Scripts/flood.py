"""Sends bodies without end, and prints how the server stopped each: URL PID.

For each kind: the status, whether it stopped before the end, and whether the process grew by less than 100 MB."""
import http.client
import socket
import sys

port, pid = int(sys.argv[1].rsplit(":", 1)[1]), sys.argv[2]
gigabytes = 10
piece = b"x" * (1 << 20)
chunk = b"%x\r\n%s\r\n" % (len(piece), piece)


def memory():
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1])


def flood(name, fields, part):
    before = memory()
    connection = socket.create_connection(("127.0.0.1", port))
    connection.settimeout(30)
    connection.sendall(f"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n".encode())
    sent = 0
    try:
        while sent < gigabytes << 30:
            connection.sendall(part)
            sent += len(part)
    except OSError:
        pass
    try:
        status = http.client.HTTPResponse(connection, method="PUT")
        status.begin()
        print(name, status.status, end=" ")
    except (OSError, http.client.HTTPException):
        print(name, "closed", end=" ")
    print(sent < gigabytes << 30, memory() - before < 100_000)


flood("announced", f"Content-Length: {gigabytes << 30}", piece)
flood("chunked", "Transfer-Encoding: chunked", chunk)
