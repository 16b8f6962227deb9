import { type ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';

/** Flux never prunes: objects of protected kinds; every object; or none, for a removal in two steps. */
export type FileProtection = 'by-kind' | 'always' | 'lifted';

/** Where a chart is written, and on which cluster its objects will live. */
export interface ManifestFileProps {
  /** The name of the cluster whose API server receives the objects. */
  readonly cluster: string;
  /** The folder below `dist/` that one sync reads, such as `prod-eu/apps/shop`. */
  readonly folder: string;
  /**
   * The file in that folder.
   * @default the construct id with `.yaml`
   */
  readonly file?: string;
  /**
   * The namespace of objects that name none.
   * @default none
   */
  readonly namespace?: string;
  /** Which of its objects Flux never prunes. @default by-kind */
  readonly protection?: FileProtection;
}

/** A chart that is one file of `dist/`. Objects that get no name are named by their path below it. */
export class ManifestFile extends Chart {
  /** Tells a manifest file from other charts; cdk8s takes every chart for an instance of every chart class. */
  static is(construct: object): construct is ManifestFile {
    return #brand in construct;
  }

  readonly #brand = true;
  readonly cluster: string;
  readonly folder: string;
  readonly file: string;
  readonly protection: FileProtection;

  constructor(scope: Construct, id: string, props: ManifestFileProps) {
    super(scope, id, { namespace: props.namespace });
    this.cluster = props.cluster;
    this.folder = props.folder;
    this.file = props.file ?? `${id}.yaml`;
    this.protection = props.protection ?? 'by-kind';
  }

  /** The path below `dist/`. */
  get path(): string {
    return `${this.folder}/${this.file}`;
  }

  override generateObjectName(object: ApiObject): string {
    const below = object.node.path.slice(this.node.path.length + 1).split('/');
    const name = [this.node.id, ...below.filter((id) => id !== 'Resource' && id !== 'Default')].join('-');
    return /^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name) ? name : super.generateObjectName(object);
  }
}
