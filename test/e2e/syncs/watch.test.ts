import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { Watch } from './watch';

/** A watch of a server that says this and then nothing more. */
function watchOf(said: string): Watch<never> {
  const kubectl = {
    command: () => ['sh', '-c', 'printf %s "$0"; exec sleep 60', said],
    environment: { PATH: process.env.PATH },
  };
  return Watch.start({ kubectl } as unknown as ApiServer, '/api/v1/events');
}

const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const added = line('ADDED', { metadata: { name: 'one' } });

test('a watch that is ended within a line has what came before', async () => {
  const watch = watchOf(`${added}{"type":"ADD`);
  await until('it has said all', 20, async () => watch.seen.length > 0);
  await watch.stop();
  expect(watch.seen).toEqual([{ metadata: { name: 'one' } }]);
});

test('what a server says of an error is no object, and no watch goes on after it', async () => {
  const watch = watchOf(`${line('ERROR', { message: 'too old' })}${added}`);
  await until('it has said all', 20, async () => watch.seen.length > 0);
  expect(watch.seen).toHaveLength(1);
  await expect(watch.stop()).rejects.toThrow('the watch ended: too old');
});
