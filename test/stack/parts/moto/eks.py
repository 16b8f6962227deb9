"""
What moto's EKS lacks of AWS's, as far as the provider asks for it: the security group that AWS makes for a cluster,
access entries with their policies, and add-ons. They are kept by cluster, and active at once.
"""

from copy import deepcopy

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import ResourceNotFoundException
from moto.eks.models import Cluster, EKSBackend
from moto.eks.responses import EKSResponse

create_cluster = EKSBackend.create_cluster
create_cluster_response = EKSResponse.create_cluster


def create_cluster_with_group(self, name, resources_vpc_config, **more):
    """As AWS does: it adds a security group of its own, and says which VPC it is."""
    ec2 = ec2_backends[self.account_id][self.region_name]
    vpc = ec2.get_subnet(resources_vpc_config["subnetIds"][0]).vpc_id
    tags = {"aws:eks:cluster-name": name}
    group = ec2.create_security_group(f"eks-cluster-sg-{name}", "EKS", vpc_id=vpc, tags=tags, force=True)
    config = {**resources_vpc_config, "clusterSecurityGroupId": group.id, "vpcId": vpc}
    return create_cluster(self, name=name, resources_vpc_config=config, **more)


def create_cluster_with_access(self):
    """moto forgets who may come in by what."""
    answer = create_cluster_response(self)
    cluster = self.eks_backend.clusters[self._get_param("name")]
    cluster.access_config = self._get_param("accessConfig")
    return answer


class Table:
    """Named things of a cluster."""

    def __init__(self, attribute, kind):
        self.attribute = attribute
        self.kind = kind

    def of(self, response):
        cluster = response.eks_backend.describe_cluster(name=response._get_param("name"))
        return cluster.__dict__.setdefault(self.attribute, {})

    def one(self, response, name):
        found = self.of(response).get(name)
        if found is None:
            message = f"No {self.kind} found for {name}"
            raise ResourceNotFoundException(message=message)
        return found


ADD_ONS = Table("fleet_add_ons", "addon")
ENTRIES = Table("fleet_access_entries", "access entry")


def parameters(response, *names):
    found = {name: response._get_param(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def list_addons(self):
    return ActionResult({"addons": sorted(ADD_ONS.of(self))})


def create_addon(self):
    fields = ["addonName", "addonVersion", "serviceAccountRoleArn", "configurationValues", "tags"]
    add_on = {**parameters(self, *fields), "status": "ACTIVE", "clusterName": self._get_param("name")}
    add_on["addonArn"] = f"arn:aws:eks:{self.region}:{self.current_account}:addon/{add_on['addonName']}"
    ADD_ONS.of(self)[add_on["addonName"]] = add_on
    return ActionResult({"addon": add_on})


def describe_addon(self):
    return ActionResult({"addon": ADD_ONS.one(self, self._get_param("addonName"))})


def delete_addon(self):
    add_on = ADD_ONS.one(self, self._get_param("addonName"))
    del ADD_ONS.of(self)[add_on["addonName"]]
    return ActionResult({"addon": add_on})


def list_access_entries(self):
    return ActionResult({"accessEntries": sorted(ENTRIES.of(self))})


def create_access_entry(self):
    entry = parameters(self, "principalArn", "kubernetesGroups", "tags", "username", "type")
    ENTRIES.of(self)[entry["principalArn"]] = {**entry, "policies": {}}
    return ActionResult({"accessEntry": entry})


def describe_access_entry(self):
    entry = deepcopy(ENTRIES.one(self, self._get_param("principalArn")))
    del entry["policies"]
    return ActionResult({"accessEntry": entry})


def delete_access_entry(self):
    del ENTRIES.of(self)[self._get_param("principalArn")]
    return ActionResult({})


def list_associated_access_policies(self):
    policies = ENTRIES.one(self, self._get_param("principalArn"))["policies"]
    return ActionResult({"associatedAccessPolicies": list(policies.values())})


def associate_access_policy(self):
    policy = parameters(self, "policyArn", "accessScope")
    ENTRIES.one(self, self._get_param("principalArn"))["policies"][policy["policyArn"]] = policy
    return ActionResult({"associatedAccessPolicy": policy})


OPERATIONS = [
    list_addons,
    create_addon,
    describe_addon,
    delete_addon,
    list_access_entries,
    create_access_entry,
    describe_access_entry,
    delete_access_entry,
    list_associated_access_policies,
    associate_access_policy,
]

PATHS = [
    "/addons$",
    "/addons/(?P<addonName>[^/]+)$",
    "/access-entries$",
    "/access-entries/(?P<principalArn>.+)/access-policies$",
    "/access-entries/(?P<principalArn>.+)$",
]


def complete():
    """Adds all of it to moto, which must not serve yet."""
    Cluster.access_config = None
    EKSBackend.create_cluster = create_cluster_with_group
    EKSResponse.create_cluster = create_cluster_with_access
    for operation in OPERATIONS:
        setattr(EKSResponse, operation.__name__, operation)
    for path in PATHS:
        urls.url_paths["{0}/clusters/(?P<name>[^/]+)" + path] = urls.response.dispatch
