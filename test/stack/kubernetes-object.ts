import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';

/** What every Kubernetes object has. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** The objects in a YAML file. */
export function readObjects(file: string): KubernetesObject[] {
  return loadAll(readFileSync(file, 'utf8')).filter((object) => object) as KubernetesObject[];
}

/** The API group of an object, empty for the core group. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Several objects in one document, for kubectl. */
export function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
