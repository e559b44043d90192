"""Opens many watches of deployments, changes one, and counts the watches that were told: URL TOKEN COUNT PID.

Prints also by how many KiB the process had grown for each when all were open."""
import json
import selectors
import socket
import sys
import time
import urllib.request

url, token, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
port = int(url.rsplit(":", 1)[1])
path = "/_k8s/main/apis/apps/v1/namespaces/default/deployments"
head = f"GET {path}?watch=1&resourceVersion=%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"


def ask(method="GET", suffix="", body=None, kind="application/json"):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    request = urllib.request.Request(url + path + suffix, data=body, method=method, headers=headers)
    return urllib.request.urlopen(request).read()


def memory():
    for line in open(f"/proc/{sys.argv[4]}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])


version = json.loads(ask())["metadata"]["resourceVersion"]
selector = selectors.DefaultSelector()
before = memory()
for _ in range(count):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall((head % version).encode())
    selector.register(connection, selectors.EVENT_READ, bytearray())

opened, told, begun, grown = set(), set(), False, 0
end = time.time() + 60
while len(told) < count and time.time() < end:
    for key, _ in selector.select(1):
        key.data.extend(key.fileobj.recv(65536))
        if b"200 OK" in key.data:
            opened.add(key.fd)
        if b"MODIFIED" in key.data:
            told.add(key.fd)
    if len(opened) == count and not begun:
        begun, grown = True, memory() - before
        patch = b'{"metadata": {"annotations": {"told": "yes"}}}'
        ask("PATCH", "/shop", patch, "application/merge-patch+json")
print(f"{len(opened)} open {len(told)} told {grown / count:.1f}")
