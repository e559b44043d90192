"""Does with boto3 what releases do, and prints what came of each step."""
import hashlib
import json
import os
import ssl
import urllib.request

import boto3
from botocore.exceptions import ClientError

beanstalk, s3 = boto3.client("elasticbeanstalk"), boto3.client("s3")


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def step(duration):
    """Lets the clouds' time pass."""
    trusted = ssl.create_default_context(cafile=os.environ["SLIPWAY_SANDBOX_CA"])
    request = urllib.request.Request(
        os.environ["SLIPWAY_SANDBOX_URL"] + "/_sandbox/time",
        data=json.dumps({"step": duration}).encode(),
        headers={"Authorization": "Bearer " + os.environ["SLIPWAY_SANDBOX_TOKEN"]},
    )
    urllib.request.urlopen(request, context=trusted).read()


open("bundle.zip", "wb").write(os.urandom(20_000_000))
s3.upload_file("bundle.zip", "shop-releases", "a/bundle one.zip")
s3.download_file("shop-releases", "a/bundle one.zip", "back.zip")
tag = s3.head_object(Bucket="shop-releases", Key="a/bundle one.zip")["ETag"]
print("upload", digest("bundle.zip") == digest("back.zip"), tag.strip('"').endswith("-3"))

beanstalk.create_application_version(
    ApplicationName="shop", VersionLabel="b1", SourceBundle={"S3Bucket": "shop-releases", "S3Key": "a/bundle one.zip"}
)
pages = beanstalk.get_paginator("describe_application_versions").paginate(
    ApplicationName="shop", PaginationConfig={"PageSize": 1}
)
print("versions", sorted(v["VersionLabel"] for page in pages for v in page["ApplicationVersions"]))

beanstalk.update_environment(EnvironmentName="shop-green", VersionLabel="b1")
beanstalk.get_waiter("environment_updated").wait(
    EnvironmentNames=["shop-green"], WaiterConfig={"Delay": 1, "MaxAttempts": 200}
)
print("deployed", beanstalk.describe_environments(EnvironmentNames=["shop-green"])["Environments"][0]["VersionLabel"])
events = beanstalk.get_paginator("describe_events").paginate(
    EnvironmentName="shop-green", PaginationConfig={"PageSize": 3}
)
messages = [event["Message"] for page in events for event in page["Events"]]
print("events", "Environment update completed successfully." in messages, len(messages) > 3)
arn = "arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/shop-green"
beanstalk.update_tags_for_resource(ResourceArn=arn, TagsToAdd=[{"Key": "stage", "Value": "test"}])
print("tags", [t["Value"] for t in beanstalk.list_tags_for_resource(ResourceArn=arn)["ResourceTags"] if t["Key"] == "stage"])

dns = boto3.client("route53")
zone = dns.create_hosted_zone(Name="example.test", CallerReference="one")["HostedZone"]["Id"]
changes = [
    {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": "shop.example.test", "Type": "CNAME", "TTL": 60, "SetIdentifier": name, "Weight": weight,
            "ResourceRecords": [{"Value": f"{name}.us-east-1.elasticbeanstalk.com"}],
        },
    }
    for name, weight in [("shop-blue", 90), ("shop-green", 10)]
]
change = dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})["ChangeInfo"]
step("2m")
records = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
print("records", change["Status"], dns.get_change(Id=change["Id"])["ChangeInfo"]["Status"], [r.get("Weight") for r in records if r["Type"] == "CNAME"])

for service, call, arguments in [
    ("elasticbeanstalk", "compose_environments", {}), ("elasticbeanstalk", "describe_environment_health", {}),
    ("s3", "get_bucket_acl", {"Bucket": "shop-releases"}), ("s3", "head_bucket", {"Bucket": "nobody"}),
    ("elbv2", "describe_account_limits", {}), ("elb", "describe_load_balancers", {}), ("sts", "get_session_token", {}),
    ("autoscaling", "describe_policies", {}), ("route53", "list_health_checks", {}), ("iam", "list_users", {}),
    ("dynamodb", "list_tables", {}), ("lambda", "list_functions", {}),
]:
    try:
        getattr(boto3.client(service), call)(**arguments)
        print(service, call, "was answered")
    except ClientError as error:
        print(service, error.response["Error"]["Code"])
