import type { IConstruct } from 'constructs';
import { compare } from '../emit/order';

/** One thing that is wrong with a fleet, and what would be right. */
export interface Problem {
  /** A stable, searchable name of this kind of problem, such as `cidr-overlap`. */
  readonly code: string;
  /** Where: the construct path, or file and document. */
  readonly path: string;
  /** The field, as it is written in code or YAML, such as `networks.pods[0]`. Empty: the whole. */
  readonly field: string;
  /** The value received. */
  readonly value: unknown;
  /** What is wrong, as the end of a sentence that starts with field and value. */
  readonly problem: string;
  /** What to write instead. */
  readonly remedy: string;
  /** The error underneath, if there is one. */
  readonly cause?: unknown;
}

/** The one error type of Fleetwright: every problem found in one run. */
export class FleetError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(formatProblems(problems), { cause: problems.find((problem) => problem.cause)?.cause });
    this.name = 'FleetError';
  }
}

/** Looks at one construct and returns what is wrong with it. */
export type Check = () => readonly Problem[];

const checks = new WeakMap<IConstruct, Check[]>();

/**
 * Registers a check that `Fleet.synth` runs before anything is written. Unlike a thrown error it lets
 * every other problem of the fleet be found in the same run.
 */
export function addCheck(construct: IConstruct, check: Check): void {
  const own = checks.get(construct);
  if (own) own.push(check);
  else checks.set(construct, [check]);
}

/** Runs the checks of one construct: those of `addCheck`, and cdk8s' own `node.addValidation`. */
export function checkConstruct(construct: IConstruct): Problem[] {
  const own = settle((checks.get(construct) ?? []).flatMap((check) => attempt(construct, check)));
  const foreign = construct.node.validate().map((problem) => ({
    code: 'validation',
    path: construct.node.path,
    field: '',
    value: undefined,
    problem,
    remedy: 'change what this validation of the construct names',
  }));
  return [...own, ...foreign];
}

/** Code that nothing type-checked may hand a check what it cannot look at. */
export function attempt(construct: IConstruct, check: Check): readonly Problem[] {
  try {
    return check();
  } catch (cause) {
    return [
      {
        code: 'check-failed',
        path: construct.node.path,
        field: '',
        value: undefined,
        problem: `cannot be checked: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: 'run `npx tsc --noEmit`: a property is likely missing or of another type',
        cause,
      },
    ];
  }
}

/**
 * Leaves out what only follows from a field that is missing, or of another shape: further problems of the same field
 * or of what is in it, and checks that could not read it.
 */
export function settle(problems: readonly Problem[]): readonly Problem[] {
  const shapes = problems.filter(({ code }) => SHAPE.has(code));
  if (shapes.length === 0) return problems;
  const follows = ({ path, field }: Problem, from: Problem) =>
    path === from.path &&
    (from.field === '' || field === from.field || /^[.[]/.test(field.replace(from.field, '')));
  return problems.filter(
    (problem) =>
      SHAPE.has(problem.code) ||
      (problem.code !== 'check-failed' && !shapes.some((shape) => follows(problem, shape))),
  );
}

/** The codes of a field that is not there, or something else than it should be. */
const SHAPE: ReadonlySet<string> = new Set(['field-missing', 'field-malformed']);

/**
 * Writes problems for a person: one paragraph each, in a stable order, without a stack trace. What is wrong
 * in the same way on many clusters is said once.
 */
export function formatProblems(problems: readonly Problem[]): string {
  const sorted = [...problems].sort((a, b) => compare(a.path, b.path) || compare(a.field, b.field));
  const groups = new Map<string, Problem[]>();
  for (const problem of sorted) {
    const { code, path, field, value, problem: what } = problem;
    const key = JSON.stringify([code, path.replace(CLUSTER, ''), field, brief(value), what]);
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  const head = groups.size === 1 ? '1 problem' : `${groups.size} problems`;
  return `${head}\n\n${[...groups.values()].map(formatGroup).join('\n\n')}\n`;
}

/** The part of a construct path that says on which cluster. */
const CLUSTER = /^clusters\/([^/]+)(?=\/)/;

function formatGroup(group: readonly Problem[]): string {
  const others = group.slice(1).map(({ path }) => CLUSTER.exec(path)?.[1] ?? path);
  const also = others.length > 0 ? `\n  also on: ${others.join(', ')}` : '';
  return group.slice(0, 1).map(formatProblem).join('') + also;
}

function formatProblem({ code, path, field, value, problem, remedy }: Problem): string {
  const shown = value === undefined ? '' : ` is ${brief(value)}`;
  const subject = field ? `${field}${shown}: ` : shown ? `${shown.trim()}: ` : '';
  return `${path || '(fleet)'} [${code}]\n  ${subject}${problem}\n  remedy: ${remedy}`;
}

function brief(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = `(a ${typeof value} that cannot be shown)`;
  }
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
