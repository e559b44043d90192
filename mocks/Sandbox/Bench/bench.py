"""Measures the sandbox beside moto_server in one run, and prints ratios: bench.py PATH_OF_SLIPWAY_SANDBOX.

Needs wrk, and for the comparison moto (`.ci/deps test` installs it). Requests are signed once by hand and sent again and
again, as both servers take them for a quarter of an hour; the sandbox verifies each signature, moto does not look.
"""
import datetime
import hashlib
import hmac
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

BODY = "Action=DescribeEnvironments&Version=2010-12-01"
SECONDS = 5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processor_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kilobytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1))


def ask(port, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/", BODY, headers)
    response = connection.getresponse()
    return response.status, response.read()


def signed(port, key, secret):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/us-east-1/elasticbeanstalk/aws4_request"
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    names = "content-type;host;x-amz-date"
    digest = hashlib.sha256(BODY.encode()).hexdigest()
    canonical = f"POST\n/\n\ncontent-type:{kind}\nhost:localhost:{port}\nx-amz-date:{now}\n\n{names}\n{digest}"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    derived = f"AWS4{secret}".encode()
    for part in [now[:8], "us-east-1", "elasticbeanstalk", "aws4_request"]:
        derived = hmac.new(derived, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(derived, text.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {
        "Host": f"localhost:{port}", "Content-Type": kind, "X-Amz-Date": now, "Authorization": credential,
    }


def load(name, pid, port, headers, folder):
    script = os.path.join(folder, f"{name}.lua")
    lines = ['wrk.method = "POST"', f'wrk.body = "{BODY}"']
    lines += [f'wrk.headers["{field}"] = "{value}"' for field, value in headers.items()]
    open(script, "w").write("\n".join(lines))
    command = ["wrk", "-t1", "-c4", f"-d{SECONDS}s", "-s", script, f"http://127.0.0.1:{port}/"]
    subprocess.run(command[:3] + ["-d1s"] + command[4:], capture_output=True)
    before = processor_seconds(pid)
    said = subprocess.run(command, capture_output=True, text=True).stdout
    used = processor_seconds(pid) - before
    count = int(re.search(r"(\d+) requests in", said).group(1))
    assert "Non-2xx" not in said, said
    return count / SECONDS, used / count * 1e6


def sandbox(program, folder):
    seed = "aws: { environments: [{ name: shop-blue, instances: 4 }, { name: shop-green, instances: 4 }] }\n"
    open(os.path.join(folder, "seed.yaml"), "w").write(seed)
    subprocess.run([program, "init", "--dir", folder], check=True, capture_output=True)
    key = "AKIASANDBOX" + open(f"{folder}/aws-key").read().strip()[:9].upper()
    secret = open(f"{folder}/aws-secret").read().strip()
    port, plain = free_port(), free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, "serve", "--dir", folder, "--port", str(port), "--plain-port", str(plain), "--applications-port", "0"],
        stdout=subprocess.DEVNULL,
    )
    headers = signed(plain, key, secret)
    return process, plain, headers, first_answer(plain, headers, began)


def moto(folder):
    places = [sys.executable, os.path.expanduser("~/.cache/slipway/moto/bin/python3")]
    has_moto = ["-c", "import moto.server"]
    program = next(
        (place for place in places if os.access(place, os.X_OK) and not subprocess.run([place, *has_moto], capture_output=True).returncode),
        None,
    )
    if not program:
        return None
    port = free_port()
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([program, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], **quiet)
    headers = signed(port, "AKIDEXAMPLE", "secret")
    took = first_answer(port, headers, began)
    for number in range(2):
        create = f"Action=CreateApplication&Version=2010-12-01&ApplicationName=shop{number}"
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", "/", create, headers)
        connection.getresponse().read()
        connection.request(
            "POST", "/",
            f"Action=CreateEnvironment&Version=2010-12-01&ApplicationName=shop{number}&EnvironmentName=shop-{number}"
            "&SolutionStackName=64bit",
            headers,
        )
        connection.getresponse().read()
    return process, port, headers, took


def first_answer(port, headers, began):
    while time.perf_counter() - began < 60:
        try:
            status, body = ask(port, headers)
            assert status == 200, body
            return time.perf_counter() - began
        except OSError:
            time.sleep(0.005)
    raise SystemExit("the server does not answer")


def watches(process, plain, folder, count=1000):
    token = open(f"{folder}/kubernetes-token").read().strip()
    path = "/_k8s/main/apis/apps/v1/deployments?watch=1"
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    before = resident_kilobytes(process.pid)
    connections = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", plain))
        connection.sendall(head)
        connections.append(connection)
    for connection in connections:
        assert b"200 OK" in connection.recv(4096)
    time.sleep(1)
    grown = resident_kilobytes(process.pid) - before
    before, began = processor_seconds(process.pid), time.perf_counter()
    time.sleep(4)
    idle = (processor_seconds(process.pid) - before) / (time.perf_counter() - began)
    return grown, idle


def main():
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not there; it is a Debian package")
    with tempfile.TemporaryDirectory() as folder:
        process, plain, headers, took = sandbox(os.path.abspath(sys.argv[1]), folder)
        try:
            memory = resident_kilobytes(process.pid)
            rate, cost = load("sandbox", process.pid, plain, headers, folder)
            print(f"sandbox  first answer {took:.3f} s, {memory / 1024:.0f} MiB")
            print(f"sandbox  DescribeEnvironments, signature verified: {rate:.0f} a second, {cost:.0f} µs of processor time each")
            grown, idle = watches(process, plain, folder)
            print(f"sandbox  1,000 idle watches: {grown / 1024:.1f} MiB more, {idle * 100:.2f} % of a processor")
        finally:
            process.terminate()
            process.wait()
        other = moto(folder)
        if not other:
            print("moto     is not there: `.ci/deps test` installs it where there is a network")
            return
        process, port, headers, moto_took = other
        try:
            moto_rate, moto_cost = load("moto", process.pid, port, headers, folder)
        finally:
            process.terminate()
            process.wait()
        print(f"moto     first answer {moto_took:.3f} s")
        print(f"moto     DescribeEnvironments, signature not looked at: {moto_rate:.0f} a second, {moto_cost:.0f} µs each")
        print(f"ratios   {moto_took / took:.1f} times sooner, {rate / moto_rate:.1f} times the rate, {moto_cost / cost:.1f} times less processor time")


main()
