import type { ServerResponse } from 'node:http';
import { Access } from '../../../cli/registry/access';
import type { Credentials } from '../../../cli/registry/credentials';
import { Repository } from '../../../cli/registry/repository';
import { FleetError } from '../../../constructs';
import { FakeRegistry } from './fake-registry';

/** A registry, and what is said on standard error: new for each test. */
export class RegistryFixture {
  registry = new FakeRegistry();
  stderr = '';
  private readonly others: FakeRegistry[] = [];

  async open(): Promise<void> {
    this.stderr = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      this.stderr += text;
      return true;
    });
    this.registry = await this.another();
  }

  close(): void {
    jest.restoreAllMocks();
    for (const one of this.others.splice(0)) one.stop();
  }

  /** A further host. */
  async another(): Promise<FakeRegistry> {
    const one = new FakeRegistry();
    await one.start();
    this.others.push(one);
    return one;
  }

  /** A repository of the registry, without waits between tries. */
  repository(credentials?: Credentials, delays: readonly number[] = [0, 0, 0]): Repository {
    const origin = `http://${this.registry.host}`;
    return new Repository(new Access(origin, credentials), origin, 'fleet/prod', 'pull,push', delays);
  }

  /** What a failure says, without the port. */
  async problemOf(promise: Promise<unknown>): Promise<string> {
    const error = await promise.catch((reason: unknown) => reason);
    if (error instanceof FleetError) return error.message.replaceAll(this.registry.host, 'HOST');
    throw error;
  }
}

/** A fixture for the tests of a file. */
export function registryFixture(): RegistryFixture {
  const fixture = new RegistryFixture();
  beforeEach(() => fixture.open());
  afterEach(() => fixture.close());
  return fixture;
}

/** Answers with a status, and a reason as registries write it. */
export function refuse(
  response: ServerResponse,
  status: number,
  headers = {},
  message = 'a reason',
): boolean {
  response.writeHead(status, headers).end(JSON.stringify({ errors: [{ code: 'SAMPLE', message }] }));
  return true;
}
