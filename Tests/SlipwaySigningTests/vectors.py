"""Prints ComputedVectors.swift: signatures computed by botocore, so independently of this project.

Run as: python3 vectors.py > ComputedVectors.swift
"""

import datetime

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQD+example=="
FORM = "application/x-www-form-urlencoded; charset=utf-8"
EB = "https://elasticbeanstalk.us-east-1.amazonaws.com"
S3 = "https://elasticbeanstalk-us-east-1-123456789012.s3.us-east-1.amazonaws.com"
ACTION = "Action=DescribeEnvironments&Version=2010-12-01&EnvironmentNames.member.1=shop+prod%2A~%C3%BC"

# name, service, region, method, origin, target, headers, body, token, mode
CASES = [
    ("an EB query", "elasticbeanstalk", "us-east-1", "POST", EB, "/", [("Content-Type", FORM)], ACTION, None, "header"),
    ("an EB query with the payload's hash", "elasticbeanstalk", "us-east-1", "POST", EB, "/",
     [("Content-Type", FORM)], ACTION, None, "hash"),
    ("STS with a session token", "sts", "eu-central-1", "POST", "https://sts.eu-central-1.amazonaws.com", "/",
     [("Content-Type", FORM)], "Action=GetCallerIdentity&Version=2011-06-15", TOKEN, "header"),
    ("an S3 key with a space, a plus and an accent", "s3", "us-east-1", "PUT", S3,
     "/my-app/v%201%2B%C3%A9%2A~.zip", [("Content-Type", "application/zip")], "zip", None, "header"),
    ("an S3 key with dots and doubled slashes", "s3", "us-east-1", "GET", S3, "/a/../b//./c", [], "", None, "header"),
    ("an S3 upload's part", "s3", "us-east-1", "PUT", S3,
     "/k.zip?uploadId=a%2Fb%3D%3D&partNumber=2", [("x-amz-checksum-crc32", "AAAAAA==")], "part", TOKEN, "header"),
    ("the start of an S3 upload", "s3", "us-east-1", "POST", S3, "/k.zip?uploads", [], "", None, "header"),
    ("an S3 upload without the payload's hash", "s3", "us-east-1", "PUT", S3, "/my-app/big.zip", [], "zip", None,
     "unsigned"),
    ("a presigned GET", "s3", "us-east-1", "GET", S3, "/my-app/v%201.zip?versionId=3%2F4", [], "", None, "presigned"),
    ("a presigned GET with a session token", "s3", "us-east-1", "GET", S3, "/my-app/v1.zip", [], "", TOKEN,
     "presigned"),
    ("a load balancer's rule", "elasticloadbalancing", "eu-west-1", "POST",
     "https://elasticloadbalancing.eu-west-1.amazonaws.com", "/", [("Content-Type", FORM)],
     "Action=ModifyRule&Version=2015-12-01&Actions.member.1.Type=forward", None, "header"),
    ("a port of its own", "elasticbeanstalk", "us-east-1", "POST", "http://127.0.0.1:5160", "/",
     [("Content-Type", FORM)], ACTION, None, "header"),
    ("a path that is normalised and encoded again", "route53", "us-east-1", "GET", "https://route53.amazonaws.com",
     "/2013-04-01/./hostedzone//Z%201/x/../rrset/?name=a.example.&maxitems=1&name=A", [], "", None, "header"),
    ("untidy headers", "execute-api", "us-west-2", "GET", "https://api.example.test", "/v1",
     [("X-B", "  two   words "), ("X-A", "3"), ("User-Agent", "x/1"), ("Expect", "100-continue")], "", None,
     "header"),
]


def headers_of(case):
    name, service, region, method, origin, target, headers, body, token, mode = case
    credentials = Credentials(ID, SECRET, token)
    request = AWSRequest(method=method, url=origin + target, data=body.encode(), headers=dict(headers))
    if mode == "presigned":
        kind = botocore.auth.S3SigV4QueryAuth
        signer = kind(credentials, service, region, expires=900)
    else:
        kind = botocore.auth.S3SigV4Auth if service == "s3" or mode == "hash" else botocore.auth.SigV4Auth
        signer = kind(credentials, service, region)
    if mode == "unsigned":
        request.context["payload_signing_enabled"] = False
        request.context["client_config"] = type("Config", (), {"s3": {"payload_signing_enabled": False}})()
    signer.add_auth(request)
    if mode == "presigned":
        return request.url.rsplit("X-Amz-Signature=", 1)[1]
    return request.headers["Authorization"].rsplit("Signature=", 1)[1]


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    moment = datetime.datetime(2026, 11, 21, 23, 59, 59)
    botocore.auth.get_current_datetime = lambda *arguments, **named: moment
    print(f"// Printed by vectors.py with botocore {botocore.__version__}. Do not edit.\n")
    print("extension ComputedVector {")
    print("    static let all: [ComputedVector] = [")
    for case in CASES:
        name, service, region, method, origin, target, headers, body, token, mode = case
        print("        ComputedVector(")
        print(f"            name: {literal(name)},")
        print(f"            service: {literal(service)},")
        print(f"            region: {literal(region)},")
        print(f"            method: {literal(method)},")
        print(f"            origin: {literal(origin)},")
        print(f"            target: {literal(target)},")
        pairs = ", ".join(f"({literal(key)}, {literal(value)})" for key, value in headers)
        print(f"            headers: [{pairs}],")
        print(f"            body: {literal(body)},")
        print(f"            token: {literal(token) if token else 'nil'},")
        print(f"            mode: .{mode},")
        print(f"            signature: {literal(headers_of(case))}")
        print("        ),")
    print("    ]")
    print("}")


if __name__ == "__main__":
    main()
