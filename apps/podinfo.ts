import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { type Fleet, FleetApp } from '../constructs';
import { PODINFO_IMAGE } from '../versions';

const labels = { 'app.kubernetes.io/name': 'podinfo' };

/** A web front end on every production cluster, written with cdk8s-plus. */
export function podinfo(fleet: Fleet): void {
  new FleetApp(fleet, 'podinfo', {
    namespace: 'podinfo',
    placement: { matchLabels: { env: 'prod' } },
    values: { replicas: 2, message: 'hello' },
    instances: { 'prod-eu': { replicas: 3, message: 'hello from Europe' } },
    define: (chart, { values }) => {
      const web = new kplus.Deployment(chart, 'web', {
        metadata: { name: 'podinfo' },
        replicas: values.replicas,
        // Selectors made from construct paths would change with them, and a Deployment's cannot change.
        select: false,
        podMetadata: { labels },
        automountServiceAccountToken: false,
        securityContext: { user: 100, group: 101 },
        containers: [container(values.message)],
      });
      web.select(kplus.LabelSelector.of({ labels }));
      ApiObject.of(web).addJsonPatch(...restricted);
      const pods = kplus.Pods.select(chart, 'pods', { labels });
      new kplus.Service(chart, 'service', {
        metadata: { name: 'podinfo' },
        selector: pods,
        ports: [{ name: 'http', port: 80, targetPort: 9898 }],
      });
      new kplus.NetworkPolicy(chart, 'allow-web', {
        metadata: { name: 'allow-web' },
        selector: pods,
        ingress: {
          rules: [
            { peer: kplus.Namespaces.all(chart, 'anywhere'), ports: [kplus.NetworkPolicyPort.tcp(9898)] },
          ],
        },
      });
    },
  });
}

function container(message: string): kplus.ContainerProps {
  return {
    image: PODINFO_IMAGE,
    imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
    portNumber: 9898,
    envVariables: { PODINFO_UI_MESSAGE: kplus.EnvValue.fromValue(message) },
    resources: {
      cpu: { request: kplus.Cpu.millis(100), limit: kplus.Cpu.millis(500) },
      memory: { request: Size.mebibytes(32), limit: Size.mebibytes(128) },
    },
    readiness: kplus.Probe.fromHttpGet('/readyz', { port: 9898, periodSeconds: Duration.seconds(10) }),
    liveness: kplus.Probe.fromHttpGet('/healthz', { port: 9898, periodSeconds: Duration.seconds(10) }),
    securityContext: { user: 100, group: 101 },
  };
}

/** What the Pod Security level `restricted` asks for and cdk8s-plus has no property for. */
const restricted = [
  JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
  JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', { drop: ['ALL'] }),
];
