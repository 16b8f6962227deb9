import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One Go module of ours that pins what some binaries are built from. */
export interface Part {
  /** The folder under `parts/`. */
  readonly name: string;
  /** The module that is pinned there, and whose version the binaries report. @default programs of our own */
  readonly module?: string;
  /** File name of each binary, and the Go package that it is built from, one of our own with a dot. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Link-time variables that tell the binaries their version. */
  readonly stamp?: (version: string) => Readonly<Record<string, string>>;
}

/** Kubernetes itself: a control plane, what a node runs, and the client. */
export const kubernetes: Part = {
  name: 'kubernetes',
  module: 'k8s.io/kubernetes',
  binaries: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
    kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  },
  stamp: (version) => {
    const [major = '', minor = ''] = version.slice(1).split('.');
    const variable = 'k8s.io/component-base/version';
    return {
      [`${variable}.gitVersion`]: version,
      [`${variable}.gitMajor`]: major,
      [`${variable}.gitMinor`]: minor,
    };
  },
};

/** The store behind the API servers. */
export const etcd: Part = {
  name: 'etcd',
  module: 'go.etcd.io/etcd/server/v3',
  binaries: { etcd: 'go.etcd.io/etcd/server/v3' },
};

/** Cluster API: core, the kubeadm providers, and the development infrastructure of its test module. */
export const clusterApi: Part = {
  name: 'cluster-api',
  module: 'sigs.k8s.io/cluster-api',
  binaries: {
    'cluster-api-core': 'sigs.k8s.io/cluster-api/core',
    'cluster-api-bootstrap': 'sigs.k8s.io/cluster-api/bootstrap/kubeadm',
    'cluster-api-control-plane': 'sigs.k8s.io/cluster-api/controlplane/kubeadm',
    'cluster-api-dev': 'sigs.k8s.io/cluster-api/test/infrastructure/docker',
  },
};

/** What moves clusters from one management cluster to another. */
export const clusterctl: Part = {
  name: 'clusterctl',
  module: 'sigs.k8s.io/cluster-api',
  binaries: { clusterctl: 'sigs.k8s.io/cluster-api/cmd/clusterctl' },
};

/** Cluster API's provider for AWS. */
export const awsProvider: Part = {
  name: 'aws-provider',
  module: 'sigs.k8s.io/cluster-api-provider-aws/v2',
  binaries: { 'cluster-api-aws': 'sigs.k8s.io/cluster-api-provider-aws/v2' },
};

/** A registry of OCI artifacts. */
export const registry: Part = {
  name: 'registry',
  module: 'github.com/distribution/distribution/v3',
  binaries: { registry: 'github.com/distribution/distribution/v3/cmd/registry' },
};

/** The controller of Flux that fetches artifacts. */
export const sourceController: Part = {
  name: 'source-controller',
  module: 'github.com/fluxcd/source-controller',
  binaries: { 'source-controller': 'github.com/fluxcd/source-controller' },
};

/** The controller of Flux that applies syncs. */
export const kustomizeController: Part = {
  name: 'kustomize-controller',
  module: 'github.com/fluxcd/kustomize-controller',
  binaries: { 'kustomize-controller': 'github.com/fluxcd/kustomize-controller' },
};

/** The controller of Flux that installs charts. */
export const helmController: Part = {
  name: 'helm-controller',
  module: 'github.com/fluxcd/helm-controller',
  binaries: { 'helm-controller': 'github.com/fluxcd/helm-controller' },
};

/** What reads the metrics of a Redis. */
export const redisExporter: Part = {
  name: 'redis-exporter',
  module: 'github.com/oliver006/redis_exporter',
  binaries: { redis_exporter: 'github.com/oliver006/redis_exporter' },
  stamp: (version) => ({ 'main.BuildVersion': version }),
};

/** What renders charts on a command line. */
export const helm: Part = {
  name: 'helm',
  module: 'helm.sh/helm/v3',
  binaries: { helm: 'helm.sh/helm/v3/cmd/helm' },
};

/** The name server of the stack's network, and of its clusters. */
export const coreDns: Part = {
  name: 'coredns',
  module: 'github.com/coredns/coredns',
  binaries: { coredns: 'github.com/coredns/coredns' },
};

/** An S3 server. */
export const versitygw: Part = {
  name: 'versitygw',
  module: 'github.com/versity/versitygw',
  binaries: { versitygw: 'github.com/versity/versitygw/cmd/versitygw' },
};

/** The engine of the operator: it watches objects and runs hooks. */
export const shellOperator: Part = {
  name: 'shell-operator',
  module: 'github.com/flant/shell-operator',
  binaries: { 'shell-operator': 'github.com/flant/shell-operator/cmd/shell-operator' },
  stamp: (version) => ({ 'github.com/flant/shell-operator/pkg/app.Version': version }),
};

/** What encrypts files of Secrets, and makes the keys that open them. */
export const sops: Part = {
  name: 'sops',
  module: 'github.com/getsops/sops/v3',
  binaries: {
    sops: 'github.com/getsops/sops/v3/cmd/sops',
    'age-keygen': 'filippo.io/age/cmd/age-keygen',
  },
};

/** Programs of our own that pods run. */
export const programs: Part = {
  name: 'programs',
  binaries: { pause: './pause', 'sample-controller': './sample-controller' },
};

/** The folder that holds a part's go.mod and go.sum. */
export function partFolder(part: Part): string {
  return path.join(__dirname, 'parts', part.name);
}

/** The version of a part's module, if it is not our own. */
export function partVersion(part: Part): string | undefined {
  return part.module && pinnedVersion(partFolder(part), part.module);
}

/** The version of a module that a go.mod requires. */
export function pinnedVersion(folder: string, module: string): string {
  const requirement = readFileSync(path.join(folder, 'go.mod'), 'utf8')
    .split('\n')
    .map((line) =>
      line
        .replace(/^require\s+/, '')
        .trim()
        .split(/\s+/),
    )
    .find(([name, version]) => name === module && version?.startsWith('v'));
  if (!requirement?.[1]) throw new Error(`${path.join(folder, 'go.mod')} requires no version of ${module}`);
  return requirement[1];
}
