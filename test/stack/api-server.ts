import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ControlPlaneBinaries } from './binaries';
import type { CertificateAuthority, CertificateSpec } from './certificates';
import { until } from './command';
import { Kubectl } from './kubectl';
import type { Network } from './network';
import type { Processes } from './processes';
import type { RunFolder } from './run-folder';

const SERVICE_IP = '10.96.0.1';
const ADMIN: CertificateSpec = { commonName: 'admin', organization: 'system:masters' };

/** Restricted Pod Security wherever a namespace does not say otherwise. */
const admission = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [
    {
      name: 'PodSecurity',
      configuration: {
        apiVersion: 'pod-security.admission.config.k8s.io/v1',
        kind: 'PodSecurityConfiguration',
        defaults: {
          ...{ enforce: 'restricted', 'enforce-version': 'latest' },
          ...{ audit: 'restricted', 'audit-version': 'latest' },
          ...{ warn: 'restricted', 'warn-version': 'latest' },
        },
        exemptions: { namespaces: ['kube-system'] },
      },
    },
  ],
};

/** What the API servers of one run share. */
export interface ApiServerContext {
  readonly run: RunFolder;
  readonly network: Network;
  readonly processes: Processes;
  readonly binaries: ControlPlaneBinaries;
  readonly authority: CertificateAuthority;
  /** The key that signs the tokens of ServiceAccounts. */
  readonly signingKey: string;
  readonly etcdUrl: string;
}

/** How an API server differs from the others of its run. */
export interface ApiServerOptions {
  /** Who vouches for it, and for whom it lets in. @default the run's own authority */
  readonly authority?: CertificateAuthority;
  /** Names of its own, beside its addresses. @default none */
  readonly names?: readonly string[];
  /** @default one that is free */
  readonly port?: number;
}

/** A running kube-apiserver, which stands for one cluster of the fleet. */
export class ApiServer {
  /** kubectl as an administrator of this cluster. */
  readonly kubectl: Kubectl;

  private constructor(
    readonly name: string,
    readonly url: string,
    /** The file of an administrator's kubeconfig. */
    readonly kubeconfig: string,
    private readonly context: ApiServerContext,
  ) {
    this.kubectl = new Kubectl({
      binary: context.binaries.kubectl,
      kubeconfig,
      cacheFolder: context.run.path(name, 'kubectl-cache'),
      inside: (command) => context.network.inside(command),
    });
  }

  /** Who vouches for it. */
  get authority(): CertificateAuthority {
    return this.context.authority;
  }

  /**
   * The file of a kubeconfig by which a process outside of the cluster is a ServiceAccount of it, so that
   * policies and audit see whom they would see if it ran there. What it may do is for the caller to say.
   */
  accountKubeconfig(namespace: string, account: string): Promise<string> {
    const as = `system:serviceaccount:${namespace}:${account}`;
    return writeKubeconfig(this.name, this.url, this.context, { id: as.replaceAll(':', '-'), as });
  }

  /** The file of a kubeconfig of one of Kubernetes' own parts, whose name and group say what it may do. */
  clientKubeconfig(id: string, identity: CertificateSpec): Promise<string> {
    return writeKubeconfig(this.name, this.url, this.context, { id, identity });
  }

  /** Starts the server of a cluster and waits until it is ready. */
  static async start(
    name: string,
    shared: ApiServerContext,
    { authority = shared.authority, names = [], port: wanted }: ApiServerOptions = {},
  ): Promise<ApiServer> {
    const context = { ...shared, authority };
    const { network, run, processes, binaries } = context;
    mkdirSync(run.path(name), { recursive: true });
    const port = wanted ?? (await network.port());
    const url = `https://${network.host}:${port}`;
    const kubeconfig = await writeKubeconfig(name, url, context);
    await processes.start({
      name: `${name}-kube-apiserver`,
      cluster: name,
      command: [binaries.apiServer, ...(await flags(name, port, names, context))],
      port,
    });
    const server = new ApiServer(name, url, kubeconfig, context);
    await until(`the API server of ${name} is ready`, 120, async () => {
      return (await server.kubectl.run(['get', '--raw', '/readyz'])).code === 0;
    });
    return server;
  }
}

async function flags(
  name: string,
  port: number,
  names: readonly string[],
  context: ApiServerContext,
): Promise<string[]> {
  const { network, run, authority, signingKey, etcdUrl } = context;
  const serving = await authority.issue(`${name}-serving`, {
    commonName: name,
    subjectAltNames: [
      'DNS:localhost',
      'DNS:kubernetes.default.svc',
      `IP:${network.host}`,
      `IP:${SERVICE_IP}`,
      ...names.map((each) => `DNS:${each}`),
    ],
  });
  const kubelets = await authority.issue(`${name}-kubelets`, ADMIN);
  const admissionFile = run.path(name, 'admission.json');
  writeFileSync(admissionFile, JSON.stringify(admission));
  return [
    `--etcd-servers=${etcdUrl}`,
    `--etcd-prefix=/${name}`,
    `--bind-address=${network.host}`,
    `--advertise-address=${network.host}`,
    `--secure-port=${port}`,
    `--tls-cert-file=${serving.cert}`,
    `--tls-private-key-file=${serving.key}`,
    `--client-ca-file=${authority.cert}`,
    `--kubelet-client-certificate=${kubelets.cert}`,
    `--kubelet-client-key=${kubelets.key}`,
    `--kubelet-certificate-authority=${authority.cert}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${signingKey}`,
    `--service-account-signing-key-file=${signingKey}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--enable-admission-plugins=NodeRestriction',
    `--admission-control-config-file=${admissionFile}`,
    '--allow-privileged=true',
    '--profiling=false',
  ];
}

interface KubeconfigUser {
  readonly id?: string;
  /** @default an administrator */
  readonly identity?: CertificateSpec;
  /** Whom an administrator acts as: to a server that is the same as being that one. */
  readonly as?: string;
}

async function writeKubeconfig(
  name: string,
  url: string,
  { run, authority }: ApiServerContext,
  { id = 'kubeconfig', identity = ADMIN, as }: KubeconfigUser = {},
): Promise<string> {
  const client = await authority.issue(`${name}-${id}`, identity);
  const file = run.path(name, `${id}.json`);
  const text = (part: string) => readFileSync(part).toString('base64');
  const user = { 'client-certificate-data': text(client.cert), 'client-key-data': text(client.key), as };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': authority.bundle } }],
    users: [{ name: 'user', user }],
    contexts: [{ name, context: { cluster: name, user: 'user' } }],
    'current-context': name,
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
