import { redisPlatform } from '../../apps/redis-platform';
import { RedisBackup } from '../../constructs';
import { problemsAlone, renderAlone } from '../support/fleet';

const ANNOTATION = 'fleetwright.dev/allow-deletion';

describe('allowDeletion', () => {
  it.each([true, false, undefined])('%s lets bucket and volume go only when it is true', (allowDeletion) => {
    const { yaml } = renderAlone((chart) => {
      new RedisBackup(chart, 'cart', { platform: redisPlatform, allowDeletion });
    });
    expect(yaml.includes(ANNOTATION)).toBe(allowDeletion === true);
  });

  it.each(['false', 'no', {}, -1])('is no other value: %j', (value) => {
    const problems = problemsAlone((chart) => {
      new RedisBackup(chart, 'cart', { platform: redisPlatform, allowDeletion: value as never });
    });
    expect(problems).toMatchObject([{ code: 'value-invalid', field: 'allowDeletion', value }]);
  });
});
