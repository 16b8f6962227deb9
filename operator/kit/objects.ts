/** A kind of the API server. */
export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Its name in the addresses of the API, such as `deployments`. */
  readonly plural: string;
}

/** Metadata, as far as hooks read it. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object that the API server gave. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

/** An object that a hook wants to be there. */
export interface Wanted {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** `group/version`, or `version` alone for the core group. */
export function apiVersionOf({ group, version }: Kind): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What names an object among those of its kind. */
export interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** A key as one text, for maps and messages. */
export function textOf({ namespace, name }: Key): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
