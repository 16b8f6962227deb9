import { clusterArtifact } from '../../cli/push/artifact';
import { digestOf, pack } from '../../cli/push/tar';
import { Access } from '../../cli/registry/access';
import { Repository } from '../../cli/registry/repository';
import type { PushedArtifact } from './registry';

/** Pushes an artifact for Flux, as a process where the registry is: what it is comes from standard input. */
async function push({ origin, repository, tag, files }: PushedArtifact): Promise<void> {
  const packed = Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  const { manifest, config, archive } = clusterArtifact(pack(packed), undefined);
  const target = new Repository(new Access(origin, undefined), origin, repository, 'pull,push');
  for (const blob of [config, archive.blob]) await target.putBlob(digestOf(blob), blob);
  await target.putManifest(tag, manifest);
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  await push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

void main();
