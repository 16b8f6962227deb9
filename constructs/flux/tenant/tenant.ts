import { Construct } from 'constructs';

/** Properties of a `Tenant`. */
export interface TenantProps {
  /** The team, a DNS label; also its namespace. */
  readonly name: string;
}

/** A team with a repository of its own. */
export class Tenant extends Construct {
  constructor(scope: Construct, id: string, _props: TenantProps) {
    super(scope, id);
  }
}
