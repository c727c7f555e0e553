import { generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { DAY_MS } from '../../kernel/time';
import { readSecretFile, writeSecretFile } from '../keys/key-files';

/** Proves to a client that it talks to this door; PEM. */
export interface LoopbackCertificate {
  /** File with the authority to trust: `tlsCAFile` in a connection string. */
  readonly authorityFile: string;
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

const VALID_MS = 3_650 * DAY_MS;
const RENEW_MS = 30 * DAY_MS;

/**
 * Clients send credentials over TLS only, so the door has a certificate for `localhost`, `127.0.0.1` and `::1`, made at its
 * first start and again before it runs out. The authority it is signed by exists for it alone: its key is thrown away, so
 * that trusting the authority is trusting this one certificate.
 */
export function loopbackCertificate(directory: string, now: number): LoopbackCertificate {
  const authorityFile = join(directory, 'esdb-ca.crt');
  const files = [join(directory, 'esdb.crt'), join(directory, 'esdb.key')] as const;
  const [certificate, privateKey] = files.map(readSecretFile);
  if (certificate !== undefined && privateKey !== undefined && isGood(certificate, now)) {
    return { authorityFile, certificate, privateKey };
  }
  const made = makeCertificates(now);
  writeSecretFile(authorityFile, made.authority);
  writeSecretFile(files[1], made.privateKey);
  // Last: a start that was cut short before it makes all of them again.
  writeSecretFile(files[0], made.certificate);
  return { authorityFile, ...made };
}

const isGood = (pem: Buffer, now: number): boolean =>
  new Date(new X509Certificate(pem).validTo).getTime() > now + RENEW_MS;

function makeCertificates(now: number): Record<'authority' | 'certificate' | 'privateKey', Buffer> {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const door = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { from: now - DAY_MS, to: now + VALID_MS };
  const issuer = { name: 'Suki EventStoreDB door authority', key: authority.privateKey };
  const common = { issuer, validity };
  return {
    authority: certificatePem({
      ...common,
      subject: issuer.name,
      publicKey: authority.publicKey,
      extensions: [
        extension(OID.basicConstraints, sequence(boolean(true)), true),
        extension(OID.keyUsage, bitString(Buffer.from([0x04]), 2), true),
      ],
    }),
    certificate: certificatePem({
      ...common,
      subject: 'localhost',
      publicKey: door.publicKey,
      extensions: [
        extension(OID.basicConstraints, sequence(), true),
        extension(OID.keyUsage, bitString(Buffer.from([0x80]), 7), true),
        extension(OID.extendedKeyUsage, sequence(objectId(OID.serverAuthentication))),
        extension(OID.subjectAltName, sequence(dnsName('localhost'), address(127, 0, 0, 1), address(...IPV6_LOOPBACK))),
      ],
    }),
    privateKey: Buffer.from(door.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

interface CertificateParts {
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly validity: { readonly from: number; readonly to: number };
  readonly extensions: readonly Buffer[];
}

/** X.509 version 3 (RFC 5280), signed with ECDSA and SHA-256. */
function certificatePem({ issuer, subject, publicKey, validity, extensions }: CertificateParts): Buffer {
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const toSign = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(positive(randomBytes(16))),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(validity.from), time(validity.to)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const der = sequence(toSign, algorithm, bitString(sign('sha256', toSign, issuer.key), 0));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return Buffer.from(['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'));
}

const OID = {
  basicConstraints: '551d13',
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  extendedKeyUsage: '551d25',
  keyUsage: '551d0f',
  serverAuthentication: '2b06010505070301',
  subjectAltName: '551d11',
} as const;
const IPV6_LOOPBACK = [...Array<number>(15).fill(0), 1];

// DER, as little of it as a certificate needs.
function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => tagged(0x30, ...contents);
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const objectId = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const bitString = (bytes: Uint8Array, unusedBits: number): Buffer => tagged(0x03, Buffer.from([unusedBits]), bytes);
const octetString = (bytes: Uint8Array): Buffer => tagged(0x04, bytes);
const dnsName = (name: string): Buffer => tagged(0x82, Buffer.from(name));
const address = (...bytes: readonly number[]): Buffer => tagged(0x87, Buffer.from(bytes));

const distinguishedName = (name: string): Buffer =>
  sequence(tagged(0x31, sequence(objectId(OID.commonName), tagged(0x0c, Buffer.from(name)))));

const extension = (oid: string, value: Buffer, critical = false): Buffer =>
  sequence(objectId(oid), ...(critical ? [boolean(true)] : []), octetString(value));

/** UTCTime up to 2049, GeneralizedTime after it. */
function time(instant: number): Buffer {
  const text = new Date(instant).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return text < '2050' ? tagged(0x17, Buffer.from(text.slice(2))) : tagged(0x18, Buffer.from(text));
}

/** Neither negative nor with zeros in front. */
function positive(bytes: Buffer): Buffer {
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
