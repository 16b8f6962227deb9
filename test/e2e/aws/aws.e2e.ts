import { describeStack } from '../describe-stack';
import { ec2Tests } from './ec2';
import { eksTests } from './eks';
import { type AwsHub, startAwsHub } from './fleet';

// Both are in the first commit, so that the second is made while the first is tested.
describeStack('in AWS, by commit,', () => {
  let started: AwsHub;

  beforeAll(async () => {
    started = await startAwsHub();
  });
  afterAll(() => started?.fleet.stop());

  describe('an AwsCluster', () => ec2Tests(() => started));
  describe('an EksCluster', () => eksTests(() => started));
});
