import type { ConfigMap, Container, CronJob } from '../../../imports/kubernetes';
import type { Manifest } from '../../emit/manifest';
import { CLUSTERS_NAMESPACE } from '../../flux/wiring/names';
import type { Plain } from '../../plain';
import { typed } from '../../redis-backup/typed';
import { NODE_IMAGE } from '../../versions';
import type { Kind } from './kinds';
import { PROGRAM } from './program';

/** Once a day: templates cost nothing, they only pile up. */
const SCHEDULE = '23 3 * * *';

/** The program's name in the ConfigMap; Node takes it for a module by its ending. */
const FILE = 'template-cleanup.mjs';

const FOLDER = '/fleetwright';

/** What the job runs. Each run's pod takes it as it is then. */
export function cleanupProgram(metadata: { readonly name: string; readonly namespace: string }): Manifest {
  return typed<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [FILE]: PROGRAM } });
}

/** The job, which runs under the account and with the ConfigMap of its own name. */
export function cleanupJob(
  metadata: { readonly name: string; readonly namespace: string },
  templates: readonly Kind[],
): Manifest {
  const { name } = metadata;
  const labels = { 'app.kubernetes.io/name': name };
  return typed<CronJob>({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { ...metadata, labels },
    spec: {
      schedule: SCHEDULE,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          activeDeadlineSeconds: 600,
          // Any answer but a list ends a run, and an API server that is busy says so. The next run sees everything again.
          backoffLimit: 2,
          ttlSecondsAfterFinished: 604800,
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: name,
              automountServiceAccountToken: true,
              enableServiceLinks: false,
              restartPolicy: 'Never',
              terminationGracePeriodSeconds: 10,
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 1000,
                runAsGroup: 1000,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              containers: [container(templates)],
              volumes: [{ name: 'program', configMap: { name } }],
            },
          },
        },
      },
    },
  });
}

function container(templates: readonly Kind[]): Plain<Container> {
  return {
    name: 'cleanup',
    image: NODE_IMAGE,
    command: ['node', `${FOLDER}/${FILE}`],
    args: [
      `--namespace=${CLUSTERS_NAMESPACE}`,
      ...templates.map(({ group, version, plural }) => `--templates=${group}/${version}/${plural}`),
    ],
    env: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt' }],
    volumeMounts: [{ name: 'program', mountPath: FOLDER, readOnly: true }],
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
