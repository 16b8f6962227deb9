import { readFileSync } from 'node:fs';
import { type Artifact, chartArtifact, clusterArtifact } from '../../cli/push/artifact';
import { digestOf, pack } from '../../cli/push/tar';
import { Access } from '../../cli/registry/access';
import { Repository } from '../../cli/registry/repository';

/** An artifact for a registry. */
export interface ArtifactToPush {
  readonly repository: string;
  readonly tag: string;
  /** What a chart's Chart.yaml says; without it, it is one of Flux. */
  readonly chart?: object;
  readonly files: Readonly<Record<string, string>>;
}

async function push(origin: string, { repository: name, tag, chart, files }: ArtifactToPush): Promise<void> {
  const content = Object.entries(files).map(([file, text]) => ({ name: file, content: Buffer.from(text) }));
  const archive = pack(content);
  const artifact: Artifact = chart
    ? chartArtifact(chart, archive, undefined)
    : clusterArtifact(archive, undefined);
  const repository = new Repository(new Access(origin, undefined), origin, name, 'pull,push');
  await repository.putBlob(digestOf(artifact.config), artifact.config);
  await repository.putBlob(digestOf(archive.blob), archive.blob);
  await repository.putManifest(tag, artifact.manifest);
}

/** Pushes what standard input lists to the registry that the argument names, inside the stack's network. */
async function main(): Promise<void> {
  const artifacts: ArtifactToPush[] = JSON.parse(readFileSync(0, 'utf8'));
  for (const artifact of artifacts) await push(process.argv[2] ?? '', artifact);
}

void main();
