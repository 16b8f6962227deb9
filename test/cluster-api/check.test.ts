import { ClusterApi, type ClusterApiProps } from '../../constructs';
import { emptyFleet, problemsOf, texts } from '../support/fleet';
import { allProps, roleArn } from './sample';

describe('problems of ClusterApi', () => {
  const problems = (props: unknown) => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, props as ClusterApiProps);
    return texts(fleet);
  };
  const withCredentials = (credentials: unknown) => problems({ aws: { credentials } });

  it('are none with all properties, but for the add-on that they name', () => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, allProps);
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'dependency-unknown', path: 'add-ons/cluster-api-operator', value: 'certificates' },
    ]);
  });

  it('are misspelt fields, and nothing is made then', () => {
    expect(problems({ azure: {}, core: { gates: {} }, docker: true, aws: {} })).toEqual([
      `add-ons/cluster-api [field-unknown]
  azure is {}: is no field here
  remedy: remove it, or use one of aws, docker, core, bootstrap, controlPlane, certManager, apiServerCidrs`,
      `add-ons/cluster-api [field-unknown]
  core.gates is {}: is no field here
  remedy: remove it, or use one of featureGates`,
      `add-ons/cluster-api [field-missing]
  aws.credentials: is required
  remedy: add \`credentials\``,
      `add-ons/cluster-api [field-malformed]
  docker is true: is no object
  remedy: write its fields in braces: featureGates`,
    ]);
  });

  it('are switches that a provider does not know', () => {
    expect(problems({ core: { featureGates: { ClusterTopologie: true } } })).toEqual([
      `add-ons/cluster-api [field-unknown]
  core.featureGates.ClusterTopologie is true: is no field here
  remedy: remove it, or use one of ClusterTopology, InPlaceUpdates, MachinePool, MachineSetPreflightChecks, MachineTaintPropagation, MachineWaitForVolumeDetachConsiderVolumeAttachments, PriorityQueue, ReconcilerRateLimiting, RuntimeSDK (did you mean "ClusterTopology"?)`,
    ]);
    expect(problems({ core: { featureGates: { MachinePool: 'on' } } })).toEqual([
      `add-ons/cluster-api [field-malformed]
  core.featureGates.MachinePool is "on": is not true or false
  remedy: write true or false`,
    ]);
  });

  it('are credentials of no kind, of both, or of another', () => {
    const ambiguous = (value: string, problem: string) => `add-ons/cluster-api [identity-ambiguous]
  aws.credentials is ${value}: ${problem}
  remedy: give either \`secretName\` or \`roleArn\``;
    expect(withCredentials({})).toEqual([ambiguous('{}', 'names nobody who could act on AWS')]);
    expect(withCredentials({ secretName: 'aws', roleArn })).toEqual([
      ambiguous(`{"secretName":"aws","roleArn":"${roleArn}"}`, 'names a Secret and a role'),
    ]);
    expect(withCredentials({ roleArn: 'controllers' })).toEqual([
      `add-ons/cluster-api [role-malformed]
  aws.credentials.roleArn is "controllers": is no ARN of a role
  remedy: copy it whole, such as arn:aws:iam::111122223333:role/backup`,
    ]);
    expect(withCredentials({ secret: 'aws' })).toEqual([expect.stringContaining('[field-unknown]')]);
    expect(withCredentials({ secretName: 'AWS' })).toEqual([expect.stringContaining('[name-invalid]')]);
  });

  it('are addresses that are none, or everywhere', () => {
    const codes = [['10.0.0.0'], []].map((apiServerCidrs) => {
      const [text = ''] = problems({ apiServerCidrs });
      return /\[.*\]/.exec(text)?.[0];
    });
    expect(codes).toEqual(['[cidr-malformed]', '[cidrs-empty]']);
  });

  it('are two of it', () => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, {});
    new ClusterApi(fleet, {});
    expect(new Set(problemsOf(fleet).map(({ code }) => code))).toEqual(new Set(['name-duplicate']));
  });
});
