import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { output } from './command';

const AUTHOR = ['-c', 'user.name=fleet', '-c', 'user.email=fleet@example.com', '-c', 'commit.gpgsign=false'];

/** The environment in which git reads the settings of a repository, and neither a user's nor those of a hook that runs. */
export function gitEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

/** A git repository that a server serves, and a work tree of it. */
export class Repository {
  private constructor(
    /** The work tree. */
    readonly folder: string,
  ) {}

  /**
   * Makes an empty repository.
   *
   * @param served the folder of bare repositories that a server serves
   * @param name of the repository there: `name.git`
   * @param folder for the work tree
   */
  static async create(served: string, name: string, folder: string): Promise<Repository> {
    const bare = path.join(served, `${name}.git`);
    mkdirSync(served, { recursive: true });
    const env = gitEnvironment(served);
    await output(['git', 'init', '--quiet', '--bare', '--initial-branch=main', bare], { env });
    // As the large hosts have it: source-controller fetches commits by their names.
    await output(['git', '-C', bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true'], { env });
    await output(['git', 'clone', '--quiet', bare, folder], { env });
    await output(['git', '-C', folder, 'checkout', '--quiet', '-B', 'main'], { env });
    return new Repository(folder);
  }

  /** Commits all that is there, and pushes it. Returns the commit's hash. */
  async commit(message: string): Promise<string> {
    await this.git('add', '--all', '--force');
    await this.git(...AUTHOR, 'commit', '--quiet', '--allow-empty', `--message=${message}`);
    await this.git('push', '--quiet', 'origin', 'main');
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  /** Runs git in the work tree. */
  git(...args: string[]): Promise<string> {
    return output(['git', '-C', this.folder, ...args], { env: gitEnvironment(this.folder) });
  }
}
