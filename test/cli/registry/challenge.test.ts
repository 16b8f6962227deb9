import { parseChallenge } from '../../../cli/registry/challenge';

test.each([
  ['Basic realm="a b"', { scheme: 'basic', parameters: { realm: 'a b' } }],
  [
    'Bearer realm="https://t.example.com/?a=b,c",service=s,scope="repository:x:pull,push"',
    {
      scheme: 'bearer',
      parameters: { realm: 'https://t.example.com/?a=b,c', service: 's', scope: 'repository:x:pull,push' },
    },
  ],
  ['BEARER Realm="a\\"b"', { scheme: 'bearer', parameters: { realm: 'a"b' } }],
  ['Negotiate, Basic realm="a"', { scheme: 'basic', parameters: { realm: 'a' } }],
  [
    'Negotiate YII=, Digest realm="x, Basic y", nonce="z", BEARER realm = "https://t/", service=s, Basic realm="b"',
    { scheme: 'bearer', parameters: { realm: 'https://t/', service: 's' } },
  ],
  ['Negotiate', undefined],
  ['Bearer realm="open', { scheme: 'bearer', parameters: {} }],
  ['realm="a", service', undefined],
  ['', undefined],
])('the challenge %j', (header, expected) => {
  expect(parseChallenge(header)).toEqual(expected);
});
