import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accountOf, parseKeys, s3Client, settingsFromEnv } from '../../../operator/s3/client';

test('a client asks the server of the settings, in its way', async () => {
  const client = s3Client({
    region: 'eu-west-1',
    endpoint: 'https://s3.example.com:9000',
    checksums: 'required',
  });
  expect(await client.config.endpoint?.()).toMatchObject({
    protocol: 'https:',
    hostname: 's3.example.com',
    port: 9000,
  });
  expect(client.config.forcePathStyle).toBe(true);
  expect(await client.config.requestChecksumCalculation()).toBe('WHEN_REQUIRED');
  expect(s3Client({ region: 'eu-west-1' }).config.forcePathStyle).toBe(false);
  expect(await s3Client({ region: 'eu-west-1' }).config.requestChecksumCalculation()).toBe('WHEN_SUPPORTED');
});

test('a job reads the settings from its environment', () => {
  const env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_S3: 'https://s3', FLEETWRIGHT_S3_CA: 'PEM' };
  expect(settingsFromEnv({ ...env, AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required' }, true)).toEqual({
    ...{
      region: 'eu-west-1',
      endpoint: 'https://s3',
      caBundle: 'PEM',
      pathStyle: true,
      checksums: 'required',
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'credentials-'));
  const file = path.join(folder, 'credentials');
  writeFileSync(file, '[default]\naws_access_key_id=id\naws_secret_access_key=secret\n');
  const { keys } = settingsFromEnv({ ...env, AWS_SHARED_CREDENTIALS_FILE: file }, true);
  expect(keys).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  rmSync(folder, { recursive: true });
  expect(() => settingsFromEnv({}, true)).toThrow('AWS_REGION is not set');
});

test('keys are those of the default profile, and nothing in the file is run', () => {
  const file = `
# comment
[other]
aws_access_key_id = wrong
[default]
credential_process = /bin/false
aws_access_key_id = id
aws_secret_access_key=se/cret+= of words  # not this
`;
  expect(parseKeys(file, 'Secret a/b')).toEqual({ accessKeyId: 'id', secretAccessKey: 'se/cret+= of words' });
  expect(() => parseKeys('[default]\naws_access_key_id=id\n', 'Secret a/b')).toThrow(
    'Secret a/b: no aws_secret_access_key in a profile [default]',
  );
});

test('a role tells the account', () => {
  expect(accountOf('arn:aws-cn:iam::111122223333:role/backup')).toBe('111122223333');
  expect(accountOf('nothing')).toBeUndefined();
});
