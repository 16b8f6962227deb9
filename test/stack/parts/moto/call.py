"""Calls AWS's API, all pages of it: `call.py ENDPOINT REGION SERVICE OPERATION PARAMETERS`; JSON in, JSON out."""

import json
import sys

import boto3

endpoint, region, service, operation, parameters = sys.argv[1:]
client = boto3.client(
    service,
    endpoint_url=endpoint,
    region_name=region,
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
if client.can_paginate(operation):
    answer = client.get_paginator(operation).paginate(**json.loads(parameters)).build_full_result()
else:
    answer = getattr(client, operation)(**json.loads(parameters))
json.dump(answer, sys.stdout, default=str)
