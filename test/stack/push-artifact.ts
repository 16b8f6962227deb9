import { readFileSync } from 'node:fs';
import { chartArtifact, clusterArtifact } from '../../cli/push/artifact';
import { digestOf, pack } from '../../cli/push/tar';
import { Access } from '../../cli/registry/access';
import { Repository } from '../../cli/registry/repository';
import type { PushedArtifact } from './registry';

async function push(origin: string, { repository, tag, chart, files }: PushedArtifact): Promise<void> {
  const content = Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  const packed = pack(content);
  const { manifest, config, archive } = chart
    ? chartArtifact(chart, packed, undefined)
    : clusterArtifact(packed, undefined);
  const target = new Repository(new Access(origin, undefined), origin, repository, 'pull,push');
  for (const blob of [config, archive.blob]) await target.putBlob(digestOf(blob), blob);
  await target.putManifest(tag, manifest);
}

/** Pushes what standard input lists, as a process where the registry is, which the argument names. */
async function main(): Promise<void> {
  const artifacts: PushedArtifact[] = JSON.parse(readFileSync(0, 'utf8'));
  for (const artifact of artifacts) await push(process.argv[2] ?? '', artifact);
}

void main();
