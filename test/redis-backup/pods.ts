import type { Manifest } from '../../constructs/emit/manifest';
import type { Container, PodSpec } from '../../imports/kubernetes';

/** The pod spec that a Deployment, Job or CronJob makes, if it makes one. */
export function podOf({ spec }: Manifest): PodSpec | undefined {
  const { template, jobTemplate } = (spec ?? {}) as {
    template?: { spec: PodSpec };
    jobTemplate?: { spec: { template: { spec: PodSpec } } };
  };
  return (jobTemplate?.spec.template ?? template)?.spec;
}

/** Every container of a pod, in the order in which they run. */
export function containersOf(pod: PodSpec): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** Expects what Pod Security's level `restricted` asks for, and more. */
export function expectRestricted(manifest: Manifest): void {
  const pod = podOf(manifest);
  if (!pod) return;
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(pod.securityContext?.runAsUser).toBeGreaterThan(0);
  expect(pod).not.toHaveProperty('hostNetwork');
  expect((pod.volumes ?? []).flatMap((volume) => (volume.hostPath ? [volume.name] : []))).toEqual([]);
  for (const container of containersOf(pod)) {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const bound of [container.resources?.requests, container.resources?.limits]) {
      expect(Object.keys(bound ?? {}).sort()).toEqual(['cpu', 'memory']);
    }
  }
}
