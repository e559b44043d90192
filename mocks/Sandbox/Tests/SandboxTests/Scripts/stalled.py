"""Opens a watch and reads nothing while an object changes again and again: URL TOKEN PID.

Prints how many kilobytes the watch had to be told, and by how many the process grew more than without it."""
import http.client
import json
import socket
import sys

url, token, pid = sys.argv[1:4]
port = int(url.rsplit(":", 1)[1])
path = "/_k8s/main/api/v1/namespaces/default/services"
headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/merge-patch+json"}
connection = http.client.HTTPConnection("127.0.0.1", port)


def ask(method, suffix="", body=None):
    connection.request(method, path + suffix, body, headers)
    return connection.getresponse().read()


def memory():
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])


size = 50_000


def change(number):
    text = f"{number:08d}" + "x" * size
    ask("PATCH", "/shop", json.dumps({"metadata": {"annotations": {"large": text}}}))


# What the server keeps of the past grows alike with and without a watch.
for number in range(100):
    change(number)
start = memory()
for number in range(1000):
    change(number)
middle = memory()
watch = socket.create_connection(("127.0.0.1", port))
watch.sendall(
    f"GET {path}?watch=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
)
for number in range(1000):
    change(number)
print(1000 * size // 1000, max(memory() - middle - (middle - start), 0))
