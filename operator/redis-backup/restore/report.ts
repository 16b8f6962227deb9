import type { Report, RestoreStage } from './status';

interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly terminated?: Ended; readonly running?: object };
}

/** The status of a stage's pod, as far as it is read here. */
export interface StagePodStatus {
  readonly phase?: string;
  readonly message?: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** What a pod told: by its last container, or by the one that it did not get past. */
export function reportOf(stage: RestoreStage, status: StagePodStatus | undefined): Report | undefined {
  const [last] = status?.containerStatuses ?? [];
  const main = last?.state?.terminated;
  const before = status?.initContainerStatuses ?? [];
  const failed = before.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (failed?.state?.terminated) return failureOf(stage, failed.name, failed.state.terminated);
  if (!last || !main) return undefined;
  const report = parsed(main.message);
  if (stage === 'backup' && main.exitCode === 0 && typeof report?.key === 'string') {
    return { result: 'backed-up', key: report.key, message: `${report.key} was taken` };
  }
  if (typeof report?.result === 'string') return report as unknown as Report;
  return failureOf(stage, last.name, main);
}

/** The containers that load the data: they may take as much memory as the server. The others have some of their own. */
const LOADS: ReadonlySet<string> = new Set(['check', 'load', 'inspect', 'restore']);

function failureOf(stage: RestoreStage, name: string, ended: Ended): Report {
  const { exitCode, reason, message = '' } = ended;
  if (reason === 'OOMKilled') {
    const loads = LOADS.has(name);
    const remedy = loads ? 'the data needs more; raise redis.memory' : 'it is not the data that takes it';
    const why = `${name} ran out of memory: ${remedy}`;
    return { result: stage === 'check' && loads ? 'refused' : failed(stage, name), message: why };
  }
  const said = message.trim() || reason || `exit code ${exitCode}`;
  // What the mover cannot do it never can; and a file that does not pass the check never will. Any other code, such as
  // that of a pod that was told to end, says nothing of the backup.
  const lasting = (name === 'fetch' && exitCode === 2) || (name === 'check' && exitCode === 1);
  if (stage === 'check' && lasting) return { result: 'refused', message: said };
  return { result: failed(stage, name), message: `${name}: ${said}` };
}

/** Where a restore has only fetched, nothing of what touches the server has begun. */
function failed(stage: RestoreStage, name: string): 'untouched' | 'failed' {
  return stage === 'run' && name === 'fetch' ? 'untouched' : 'failed';
}

function parsed(message: string | undefined): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(message ?? '');
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
