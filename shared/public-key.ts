// A device's RSA public key: PKCS#1 RSAPublicKey or SubjectPublicKeyInfo in strict DER, checked before anything is
// encrypted to it. Stored as SPKI, named by SHA-256(SPKI). Source: facts keys-and-cloud section 3; RFC 8017 A.1.1, RFC 5280 4.1.
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, parseHex, toHex } from './bytes.ts';
import { encodeDer, positiveInteger, readDer, readFields, tags } from './der.ts';
import { ProvisionerError } from './errors/error.ts';
import { publishedName } from './published-keys.ts';

export type DevicePublicKey = {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** SHA-256(SPKI), lower-case hex. */
  readonly fingerprint: string;
  readonly bits: number;
};

const maxKeyBytes = 1024;
const allowedBits: readonly number[] = [2048, 3072, 4096];
/** rsaEncryption 1.2.840.113549.1.1.1 with NULL parameters (RFC 3279 section 2.3.1). */
const rsaAlgorithm = parseHex('300d06092a864886f70d0101010500') as Uint8Array;

const malformed = (said: string) => new ProvisionerError('key.malformed', said);
const weak = (said: string) => new ProvisionerError('key.weak', said);

/** The RSAPublicKey inside either form. */
function openPkcs1(bytes: Uint8Array): Uint8Array {
  const outer = readDer(bytes, 0, tags.sequence);
  if (outer.endOffset !== bytes.length) throw malformed('bytes follow the key');
  if (outer.body[0] === tags.integer) return bytes;
  const algorithm = readDer(outer.body, 0, tags.sequence);
  if (!equalBytes(outer.body.subarray(0, algorithm.endOffset), rsaAlgorithm))
    throw malformed('not an RSA key');
  const key = readDer(outer.body, algorithm.endOffset, tags.bitString);
  if (key.endOffset !== outer.body.length) throw malformed('bytes follow the key');
  if (key.body[0] !== 0) throw malformed('bit string with unused bits');
  return key.body.subarray(1);
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes) || '0'}`);

/**
 * @param bytes RSAPublicKey or SubjectPublicKeyInfo, DER, as the device gave it
 * @throws key.malformed key.weak key.published
 */
export function parsePublicKey(bytes: Uint8Array): DevicePublicKey {
  if (bytes.length > maxKeyBytes) throw malformed(`${bytes.length} bytes, at most ${maxKeyBytes}`);
  const pkcs1 = openPkcs1(bytes);
  const outer = readDer(pkcs1, 0, tags.sequence);
  if (outer.endOffset !== pkcs1.length) throw malformed('bytes follow the key');
  const [n, e] = readFields(outer.body, [tags.integer, tags.integer]).map(positiveInteger);
  if (!n || !e) throw malformed('no modulus or exponent');
  if (toHex(e) !== '010001') throw weak('the public exponent is not 65537');
  const modulus = toBigInt(n);
  const bits = modulus.toString(2).length;
  if (!allowedBits.includes(bits)) throw weak(`${bits} bits; 2048, 3072 or 4096 are allowed`);
  refuseWeakModulus(modulus);
  const spki = encodeDer(
    tags.sequence,
    concatBytes(rsaAlgorithm, encodeDer(tags.bitString, concatBytes(new Uint8Array(1), pkcs1))),
  );
  const fingerprint = toHex(sha256(spki));
  const published = publishedName(fingerprint);
  if (published) throw new ProvisionerError('key.published', published);
  return { spki, fingerprint, bits };
}

function primesUpTo(limit: number): number[] {
  const composite = new Uint8Array(limit + 1);
  const primes: number[] = [];
  for (let n = 2; n <= limit; n += 1) {
    if (composite[n]) continue;
    primes.push(n);
    for (let multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1;
  }
  return primes;
}

const trialPrimes = primesUpTo(10_007);
/** Primes of the ROCA fingerprint (CVE-2017-15361): 3 to 167. */
const rocaPrimes = trialPrimes.filter((prime) => prime >= 3 && prime <= 167);
const fermatSteps = 100;

function refuseWeakModulus(modulus: bigint): void {
  const factor = trialPrimes.find((prime) => modulus % BigInt(prime) === 0n);
  if (factor !== undefined) throw weak(`the modulus is divisible by ${factor}`);
  if (rocaPrimes.every((prime) => isPowerOf65537(Number(modulus % BigInt(prime)), prime))) {
    throw weak('the key has the structure of CVE-2017-15361 (ROCA)');
  }
  if (hasClosePrimes(modulus)) throw weak('the two primes are so close that the modulus can be factored');
}

function isPowerOf65537(residue: number, prime: number): boolean {
  const base = 65_537 % prime;
  for (let power = 1, step = 0; step < prime; step += 1) {
    if (power === residue) return true;
    power = (power * base) % prime;
  }
  return false;
}

/** Floor of the square root, by Newton's method. */
function sqrt(value: bigint): bigint {
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Fermat's method, a few steps: finds p and q that share their upper half. */
function hasClosePrimes(modulus: bigint): boolean {
  let a = sqrt(modulus);
  if (a * a < modulus) a += 1n;
  for (let step = 0; step < fermatSteps; step += 1, a += 1n) {
    const square = a * a - modulus;
    const root = sqrt(square === 0n ? 1n : square);
    if (square === 0n || root * root === square) return true;
  }
  return false;
}
