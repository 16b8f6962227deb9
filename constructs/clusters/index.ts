export * from './aws';
export type { Cni, CniIngressRule, KubeadmVersions, OwnCni } from './boot';
export * from './eks';
export * from './existing';
export type { FirstBoot, FirstBootManifest, FirstBootSecret } from './first-boot';
export * from './local';
export type {
  KubeadmClusterProps,
  KubeadmControlPlane,
  MadeClusterProps,
  Remediation,
  Retries,
} from './machinery';
