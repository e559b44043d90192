"""Measures the sandbox beside moto_server and WireMock in one run, and prints ratios: bench.py PATH_OF_SLIPWAY_SANDBOX.

Needs wrk; for the comparisons moto, which `.ci/deps clients` installs, and Java with WireMock, which is taken out of its
package for Python. Requests to AWS are signed once by hand and sent again and again, as both servers take them for a
quarter of an hour; the sandbox verifies each signature, moto does not look. Processor time is that of the server alone,
client and servers share the machine, and each server is loaded for a while before anything is counted.
"""
import datetime
import glob
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

BODY = "Action=DescribeEnvironments&Version=2010-12-01"
SECONDS = 5
STARTS = 5
CACHE = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")) + "/slipway"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processor_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kilobytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1))


def answered(port, method, path, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body, headers)
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


def load(name, pid, url, headers, folder, body=None, connections=4, warm=1):
    """Requests a second, and microseconds of the server's processor time for each."""
    script = os.path.join(folder, f"{name}.lua")
    lines = ['wrk.method = "POST"', f'wrk.body = "{body}"'] if body else []
    lines += [f'wrk.headers["{field}"] = "{value}"' for field, value in headers.items()]
    open(script, "w").write("\n".join(lines))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", script, url]
    subprocess.run(command[:3] + [f"-d{warm}s"] + command[4:], capture_output=True)
    before = processor_seconds(pid)
    said = subprocess.run(command, capture_output=True, text=True).stdout
    used = processor_seconds(pid) - before
    count = int(re.search(r"(\d+) requests in", said).group(1))
    assert "Non-2xx" not in said, said
    return count / SECONDS, used / count * 1e6


def first_answer(began, port, *request):
    while time.perf_counter() - began < 60:
        try:
            status, body = answered(port, *request)
            assert status == 200, body
            return time.perf_counter() - began
        except OSError:
            time.sleep(0.002)
    raise SystemExit("the server does not answer")


def sandbox(program, folder):
    """A running sandbox: its process, its plain port, signed headers, and how long it took to answer."""
    seed = "aws: { environments: [{ name: shop-blue, instances: 4 }, { name: shop-green, instances: 4 }] }\n"
    open(os.path.join(folder, "seed.yaml"), "w").write(seed)
    subprocess.run([program, "init", "--dir", folder], check=True, capture_output=True)
    key = "AKIASANDBOX" + open(f"{folder}/aws-key").read().strip()[:9].upper()
    secret = open(f"{folder}/aws-secret").read().strip()
    plain = free_port()
    others = [word for name in ["port", "azure-port", "tunnel-port", "applications-port"] for word in [f"--{name}", "0"]]
    headers = signed(plain, key, secret)
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, "serve", "--dir", folder, "--plain-port", str(plain), *others], stdout=subprocess.DEVNULL
    )
    return process, plain, headers, first_answer(began, plain, "POST", "/", BODY, headers)


def moto(folder):
    places = [sys.executable, CACHE + "/moto/bin/python3"]
    has_moto = ["-c", "import moto.server"]
    program = next(
        (place for place in places if os.access(place, os.X_OK) and not subprocess.run([place, *has_moto], capture_output=True).returncode),
        None,
    )
    if not program:
        return None
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    headers = signed(port, "AKIDEXAMPLE", "secret")
    began = time.perf_counter()
    process = subprocess.Popen([program, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], **quiet)
    took = first_answer(began, port, "POST", "/", BODY, headers)
    # As many environments as the sandbox has.
    for number in range(2):
        name = f"&ApplicationName=shop{number}"
        answered(port, "POST", "/", f"Action=CreateApplication&Version=2010-12-01{name}", headers)
        more = f"{name}&EnvironmentName=shop-{number}&SolutionStackName=64bit"
        answered(port, "POST", "/", f"Action=CreateEnvironment&Version=2010-12-01{more}", headers)
    return process, port, headers, took


def wiremock(folder, path, body):
    """WireMock with one stub, which answers what the sandbox answered; nil where it cannot be had, with a reason."""
    if not shutil.which("java"):
        return None, "there is no Java"
    place = CACHE + "/wiremock"
    if not glob.glob(place + "/*.jar"):
        os.makedirs(place, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "--timeout", "20", "-d", place, "wiremock"]
        subprocess.run(command, capture_output=True)
        for wheel in glob.glob(place + "/*.whl"):
            archive = zipfile.ZipFile(wheel)
            for name in archive.namelist():
                if name.startswith("wiremock/server/") and name.endswith(".jar"):
                    open(os.path.join(place, os.path.basename(name)), "wb").write(archive.read(name))
    jars = glob.glob(place + "/*.jar")
    if not jars:
        return None, "it could not be downloaded"
    os.makedirs(folder + "/stubs/mappings")
    os.makedirs(folder + "/stubs/__files")
    open(folder + "/stubs/__files/answer.json", "wb").write(body)
    answer = {"status": 200, "bodyFileName": "answer.json", "headers": {"Content-Type": "application/json"}}
    stub = {"request": {"method": "GET", "url": path}, "response": answer}
    open(folder + "/stubs/mappings/stub.json", "w").write(json.dumps(stub))
    port = free_port()
    command = ["java", "-jar", jars[0], "--port", str(port), "--bind-address", "127.0.0.1"]
    command += ["--root-dir", folder + "/stubs", "--disable-banner", "--no-request-journal"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (process, port, first_answer(began, port, "GET", path, None, {})), ""


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
    return resident_kilobytes(process.pid) - before, idleness(process.pid, 5)


def idleness(pid, seconds):
    """The share of a processor that a process uses while nobody asks it anything."""
    before, began = processor_seconds(pid), time.perf_counter()
    time.sleep(seconds)
    return (processor_seconds(pid) - before) / (time.perf_counter() - began)


def stop(process):
    process.terminate()
    process.wait()


def measure_sandbox(program, folder):
    """What the sandbox took, by name; the last of several starts is loaded."""
    starts = []
    for number in range(STARTS):
        process, plain, headers, took = sandbox(program, folder)
        starts.append(took)
        if number < STARTS - 1:
            stop(process)
    try:
        memory, idle = resident_kilobytes(process.pid), idleness(process.pid, 20)
        rate, cost = load("sandbox", process.pid, f"http://127.0.0.1:{plain}/", headers, folder, BODY)
        token = {"Authorization": "Bearer " + open(f"{folder}/kubernetes-token").read().strip()}
        path = "/api/v1/namespaces"
        body = answered(plain, "GET", "/_k8s/main" + path, None, token)[1]
        url = f"http://127.0.0.1:{plain}/_k8s/main{path}"
        get_rate, get_cost = load("get", process.pid, url, token, folder, connections=8)
        grown, watching = watches(process, plain, folder)
    finally:
        stop(process)
    took = statistics.median(starts)
    print(f"sandbox   first answer {took:.3f} s (median of {STARTS}), {memory / 1024:.0f} MiB")
    print(f"sandbox   idle for 20 s: {idle * 100:.2f} % of a processor")
    print(f"sandbox   DescribeEnvironments, signature verified: {rate:.0f} a second, {cost:.0f} µs of processor time each")
    print(f"sandbox   Kubernetes GET of {len(body)} bytes, token verified: {get_rate:.0f} a second, {get_cost:.0f} µs each")
    print(f"sandbox   1,000 idle watches: {grown / 1024:.1f} MiB more, {watching * 100:.2f} % of a processor")
    return took, rate, cost, get_rate, get_cost, path, body


def main():
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not there; it is a Debian package")
    with tempfile.TemporaryDirectory() as folder:
        took, rate, cost, get_rate, get_cost, path, body = measure_sandbox(os.path.abspath(sys.argv[1]), folder)
        other = moto(folder)
        if other:
            process, port, headers, other_took = other
            try:
                other_rate, other_cost = load("moto", process.pid, f"http://127.0.0.1:{port}/", headers, folder, BODY)
            finally:
                stop(process)
            print(f"moto      first answer {other_took:.3f} s; DescribeEnvironments, signature not looked at: "
                  f"{other_rate:.0f} a second, {other_cost:.0f} µs each")
            print(f"          the sandbox answers first {other_took / took:.1f} times sooner, {rate / other_rate:.1f} times as "
                  f"often, with {other_cost / cost:.1f} times less processor time")
        else:
            print("moto      skipped: it is not there; `.ci/deps clients` installs it where there is a network")
        other, reason = wiremock(folder, path, body)
        if not other:
            return print(f"WireMock  skipped: {reason}")
        process, port, other_took = other
        try:
            url = f"http://127.0.0.1:{port}{path}"
            other_rate, other_cost = load("wiremock", process.pid, url, {}, folder, connections=8, warm=10)
            other_memory = resident_kilobytes(process.pid)
        finally:
            stop(process)
        print(f"WireMock  first answer {other_took:.3f} s; the same GET: {other_rate:.0f} a second, {other_cost:.0f} µs each, "
              f"{other_memory / 1024:.0f} MiB")
        print(f"          the sandbox answers first {other_took / took:.1f} times sooner, {get_rate / other_rate:.1f} times as "
              f"often, with {other_cost / get_cost:.1f} times less processor time")


main()
