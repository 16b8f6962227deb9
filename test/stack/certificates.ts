import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { output } from './command';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** The files of a certificate and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateSpec {
  readonly commonName: string;
  /** The group of a client, for Kubernetes. */
  readonly organization?: string;
  /** Such as `IP:127.0.0.1` or `DNS:localhost`. */
  readonly subjectAltNames?: readonly string[];
}

/** A certificate authority of our own, in a folder. */
export class CertificateAuthority {
  private constructor(
    private readonly folder: string,
    /** The file of its own certificate. */
    readonly cert: string,
    private readonly key: string,
  ) {}

  /** Makes a new authority whose files go into the folder. */
  static async create(folder: string): Promise<CertificateAuthority> {
    const { cert, key } = files(folder, 'ca');
    await openssl(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '30',
      '-subj',
      '/CN=fleetwright test',
    );
    return new CertificateAuthority(folder, cert, key);
  }

  /** One that others made: its certificate and its key go into the folder, too. */
  static adopt(folder: string, certificate: string, privateKey: string): CertificateAuthority {
    const { cert, key } = files(folder, 'ca');
    writeFileSync(cert, certificate);
    writeFileSync(key, privateKey, { mode: 0o600 });
    return new CertificateAuthority(folder, cert, key);
  }

  /** The authority's certificate as Kubernetes wants it in a caBundle. */
  get bundle(): string {
    return readFileSync(this.cert).toString('base64');
  }

  /** Issues a certificate into files of the given name. */
  async issue(name: string, spec: CertificateSpec): Promise<Certificate> {
    const { cert, key } = files(this.folder, name);
    const request = path.join(this.folder, `${name}.csr`);
    const extensions = path.join(this.folder, `${name}.ext`);
    const names = spec.subjectAltNames ?? [];
    writeFileSync(
      extensions,
      [
        'extendedKeyUsage=serverAuth,clientAuth',
        ...(names.length ? [`subjectAltName=${names.join(',')}`] : []),
      ].join('\n'),
    );
    const subject = `${spec.organization ? `/O=${spec.organization}` : ''}/CN=${spec.commonName}`;
    await openssl('req', '-new', ...KEY, '-keyout', key, '-out', request, '-subj', subject);
    await openssl(
      ...['x509', '-req', '-in', request, '-out', cert, '-days', '30', '-extfile', extensions],
      ...['-CA', this.cert, '-CAkey', this.key],
      ...['-set_serial', `0x${randomBytes(16).toString('hex')}`],
    );
    return { cert, key };
  }
}

/** A key that signs the tokens of ServiceAccounts. */
export async function signingKey(folder: string): Promise<string> {
  const { key } = files(folder, 'service-accounts');
  await openssl('ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', key);
  return key;
}

function files(folder: string, name: string): Certificate {
  return { cert: path.join(folder, `${name}.crt`), key: path.join(folder, `${name}.key`) };
}

function openssl(...args: string[]): Promise<string> {
  return output(['openssl', ...args]);
}
