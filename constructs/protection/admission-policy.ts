import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type {
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
} from '../../imports/kubernetes';
import type { Plain } from '../plain';

const API_VERSION = 'admissionregistration.k8s.io/v1';

/**
 * Adds a policy that the API server asks by itself, and the binding that makes it deny. When it cannot be
 * judged, the request is refused.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function addAdmissionPolicy(
  scope: Construct,
  name: string,
  spec: Plain<Omit<ValidatingAdmissionPolicySpec, 'failurePolicy'>>,
): void {
  new ApiObject(scope, `${name}-policy`, {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { failurePolicy: 'Fail', ...spec },
  });
  const binding: Plain<ValidatingAdmissionPolicyBindingSpec> = {
    policyName: name,
    validationActions: ['Deny'],
  };
  new ApiObject(scope, `${name}-binding`, {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: binding,
  });
}
