"""moto's server, started as `server.py -H HOST -p PORT`, with what it does unlike AWS put right."""

import json

import eks
from flask import request
from moto.ec2.models.instances import Instance
from moto.elbv2.models import ELBv2Backend
from moto.iam.access_control import IAMPolicy
from moto.s3.models import FakeBucket
from moto.server import main

describe_target_groups = ELBv2Backend.describe_target_groups
terminate = Instance.terminate
get_permission = FakeBucket.get_permission
IN_THE_CLEAR = {"Bool": {"aws:SecureTransport": "false"}}


def describe_target_groups_like_aws(self, load_balancer_arn, target_group_arns, names):
    """A load balancer that has no target groups yet has none, which is no error."""
    balancer = self.load_balancers.get(load_balancer_arn)
    groups = self.target_groups.values()
    if balancer and not any(load_balancer_arn in group.load_balancer_arns for group in groups):
        return []
    return describe_target_groups(self, load_balancer_arn, target_group_arns, names)


def terminate_like_aws(self):
    """The network interfaces that came with a machine go with it."""
    for interface in self.nics.values():
        interface.delete_on_termination = True
    return terminate(self)


def get_permission_like_aws(self, action, resource):
    """moto knows no conditions: what a policy says of requests in the clear would hold over TLS, too."""
    if self.policy is None or not request.is_secure:
        return get_permission(self, action, resource)
    policy = json.loads(self.policy)
    rest = [each for each in policy["Statement"] if each.get("Condition") != IN_THE_CLEAR]
    return IAMPolicy(json.dumps({**policy, "Statement": rest})).is_action_permitted(action, resource)


ELBv2Backend.describe_target_groups = describe_target_groups_like_aws
Instance.terminate = terminate_like_aws
FakeBucket.get_permission = get_permission_like_aws
eks.complete()

if __name__ == "__main__":
    main()
