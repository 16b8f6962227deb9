import * as fs from 'node:fs';
import * as path from 'node:path';
import { build } from '../../main';
import { drawFleet } from '../../scripts/picture/draw';
import { ROOT, temporaryFolder } from '../support/folder';
import { cdk8sSynth, edit, forkFleet } from '../support/fork';

const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const scratch = temporaryFolder('readme');

interface Block {
  /** What the comment before the block says of it. */
  readonly origin: string;
  readonly language: string;
  readonly text: string;
}

const blocks: Block[] = [...readme.matchAll(/(?:<!-- (.+) -->\n)?```(\w+)\n([\s\S]*?)```/g)].map(
  ([, origin = '', language = '', text = '']) => ({ origin, language, text }),
);

const outputOf = (origin: string) => blocks.find((block) => block.origin === `output of ${origin}`)?.text;

/** What a person sees: the two streams, as the command writes them. */
function shown({ stdout, stderr }: { stdout: string; stderr: string }): string {
  const [first, ...files] = stdout.split('\n');
  return [first, ...stderr.trim().split('\n'), ...files].join('\n');
}

describe('README', () => {
  it('quotes code and YAML that is in the named file, word for word', () => {
    const quotes = blocks.filter(({ language }) => ['ts', 'yaml'].includes(language));
    expect(quotes.length).toBeGreaterThan(3);
    for (const { origin, text } of quotes) {
      const [, file = 'no file is named'] = /^from (.+)$/.exec(origin) ?? [];
      expect(fs.readFileSync(path.join(ROOT, file), 'utf8')).toContain(text);
    }
  });

  it('names commands that .ci/run runs', () => {
    const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());
    expect(commands).toEqual(['npm ci && npx cdk8s synth', 'npm ci && npm test']);
    const ci = fs.readFileSync(path.join(ROOT, '.ci', 'run'), 'utf8');
    for (const command of commands) expect(ci).toContain(command);
    const scripts = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts;
    for (const [, script = ''] of readme.matchAll(/`npm run ([a-z0-9]+)`/g))
      expect(Object.keys(scripts)).toContain(script);
  });

  it('shows what synth prints when nothing changed', () => {
    const folder = forkFleet(path.join(scratch, 'same'));
    expect(shown(cdk8sSynth(folder))).toBe(outputOf('npx cdk8s synth'));
  });

  it('shows what synth prints when an app changed', () => {
    const folder = forkFleet(path.join(scratch, 'changed'));
    edit(folder, 'apps/podinfo.ts', 'replicas: 3', 'replicas: 4');
    expect(cdk8sSynth(folder).stderr).toBe(outputOf('npx cdk8s synth after replicas: 4'));
  });

  it('shows what synth prints when networks overlap', () => {
    const folder = forkFleet(path.join(scratch, 'overlap'));
    edit(folder, 'clusters/prod-eu.ts', "services: ['10.132.0.0/20']", "services: ['10.128.0.0/20']");
    const { stderr, status } = cdk8sSynth(folder);
    expect(stderr.trimStart()).toContain(outputOf('npx cdk8s synth after an overlap'));
    expect(status).not.toBe(0);
  });

  it('says how many objects its cluster becomes', () => {
    const file = path.join(ROOT, 'dist', 'management', 'clusters', 'edge-local', 'edge-local.yaml');
    const objects = fs.readFileSync(file, 'utf8').split('---\n').length - 1;
    const words = ['seven', 'eight', 'nine', 'ten'];
    expect(readme).toContain(`becomes ${words[objects - 7]} objects`);
  });

  it('shows the picture that the model makes', () => {
    expect(readme).toContain('](docs/fleet.svg)');
    expect(fs.readFileSync(path.join(ROOT, 'docs', 'fleet.svg'), 'utf8')).toBe(drawFleet(build()));
  });
});
