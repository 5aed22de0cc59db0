// The Confidential Package Manager of a virtual box: the enclave calls, really unwrapping, decrypting and storing.
// `reference` behaves like the reference CPM (facts package-and-device section 2): one application key and one
// buffer in RAM, a key pair per boot, no signature check, tags compared at the end call. `checking` really checks.
import {
  constants,
  createDecipheriv,
  createHash,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicDecrypt,
} from 'node:crypto';
import { promisify } from 'node:util';

export type CpmBehaviour = 'reference' | 'checking';

/** GlobalPlatform result codes, as the tool prints them. */
const results = {
  badParameters: 'TEE_ERROR_BAD_PARAMETERS (0xFFFF0006)',
  badState: 'TEE_ERROR_BAD_STATE (0xFFFF0007)',
  itemNotFound: 'TEE_ERROR_ITEM_NOT_FOUND (0xFFFF0008)',
  outOfMemory: 'TEE_ERROR_OUT_OF_MEMORY (0xFFFF000C)',
  security: 'TEE_ERROR_SECURITY (0xFFFF000F)',
  macInvalid: 'TEE_ERROR_MAC_INVALID (0xFFFF3071)',
} as const;

export class CpmError extends Error {}

const fail = (result: keyof typeof results, call: string): never => {
  throw new CpmError(`Confidential Package Manager error: ${call}: ${results[result]}`);
};

const maxPayloadBytes = 6 * 1024 * 1024;
const keyBytes = 32;
const makeKeyPair = promisify(generateKeyPair);

type Deployment = {
  readonly appId: string;
  readonly totalBytes: number;
  iv: Uint8Array;
  tag: Uint8Array;
  readonly data: Uint8Array[];
  isGood: boolean;
};

export type Storage = { store(appId: string, image: Uint8Array): void };

export type VerifyCall = {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly publicKeyPkcs1: Uint8Array;
};

export type Cpm = {
  publicKeySpki(): Uint8Array;
  installApplicationKey(appId: string, wrapped: Uint8Array): void;
  beginApplicationDeployment(appId: string, totalBytes: number): void;
  initializeDecryptionAesGcm(appId: string, iv: Uint8Array, tag: Uint8Array): void;
  addApplicationData(appId: string, data: Uint8Array): void;
  verifyApplication(appId: string, call: VerifyCall): { digestMatch: boolean; signatureMatch: boolean };
  endApplicationDeployment(appId: string): void;
  hasKey(): boolean;
};

export type CpmOptions = {
  readonly behaviour: CpmBehaviour;
  readonly storage: Storage;
  readonly rejectImage: boolean;
  readonly wrongKey: boolean;
};

/** A CPM as it is right after boot: a new key pair, no application key, an empty buffer. */
export async function bootCpm(options: CpmOptions): Promise<Cpm> {
  const pair = await makeKeyPair('rsa', { modulusLength: 2048 });
  const shown = options.wrongKey
    ? (await makeKeyPair('rsa', { modulusLength: 2048 })).publicKey
    : pair.publicKey;
  let appKey: { readonly appId: string; readonly secret: Uint8Array } | null = null;
  let deployment: Deployment | null = null;

  const current = (appId: string, call: string): Deployment =>
    deployment?.appId === appId ? deployment : fail('badState', call);

  const decrypt = (now: Deployment): Uint8Array | null => {
    if (appKey?.appId !== now.appId) return fail('itemNotFound', 'initialize_decryption_aes_gcm');
    const decipher = createDecipheriv('aes-256-gcm', appKey.secret, now.iv).setAuthTag(now.tag);
    const parts = now.data.map((part) => decipher.update(part));
    try {
      return Buffer.concat([...parts, decipher.final()]);
    } catch {
      return null;
    }
  };

  return {
    publicKeySpki: () => shown.export({ type: 'spki', format: 'der' }),
    hasKey: () => appKey !== null,
    installApplicationKey(appId, wrapped) {
      const secret = unwrap(pair.privateKey, wrapped);
      if (secret?.length !== keyBytes) return fail('badParameters', 'install_application_key');
      appKey = { appId, secret };
    },
    beginApplicationDeployment(appId, totalBytes) {
      if (totalBytes > maxPayloadBytes) fail('outOfMemory', 'begin_application_deployment');
      if (appKey?.appId !== appId) fail('itemNotFound', 'begin_application_deployment');
      deployment = {
        appId,
        totalBytes,
        iv: new Uint8Array(),
        tag: new Uint8Array(),
        data: [],
        isGood: false,
      };
    },
    initializeDecryptionAesGcm(appId, iv, tag) {
      const now = current(appId, 'initialize_decryption_aes_gcm');
      if (iv.length !== 12 || tag.length !== 16) fail('badParameters', 'initialize_decryption_aes_gcm');
      now.iv = iv;
      now.tag = tag;
    },
    addApplicationData(appId, data) {
      const now = current(appId, 'add_application_data');
      const have = now.data.reduce((sum, part) => sum + part.length, 0);
      if (have + data.length > now.totalBytes) fail('badParameters', 'add_application_data');
      now.data.push(data);
    },
    verifyApplication(appId, call) {
      const now = current(appId, 'verify_application');
      // The reference CPM compares tags before the tag exists and never checks the signature.
      if (options.behaviour === 'reference') return { digestMatch: false, signatureMatch: false };
      const plain = decrypt(now);
      const digestMatch = plain !== null && createHash('sha256').update(plain).digest().equals(call.digest);
      const signatureMatch = digestMatch && isSignature(call);
      now.isGood = digestMatch && signatureMatch;
      return { digestMatch, signatureMatch };
    },
    endApplicationDeployment(appId) {
      const now = current(appId, 'end_application_deployment');
      deployment = null;
      const plain =
        decrypt(now) ?? fail('macInvalid', 'end_application_deployment: authentication tag mismatch');
      if (options.rejectImage)
        fail('security', 'end_application_deployment: secure storage refused the TA image');
      if (options.behaviour === 'reference' || now.isGood) options.storage.store(appId, plain);
    },
  };
}

/** Node 24 answers an invalid PKCS#1 v1.5 ciphertext with random bytes of random length: the length check catches most. */
function unwrap(key: KeyObject, wrapped: Uint8Array): Uint8Array | null {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, wrapped);
  } catch {
    return null;
  }
}

const digestInfoPrefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');

function isSignature({ digest, signature, publicKeyPkcs1 }: VerifyCall): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKeyPkcs1), format: 'der', type: 'pkcs1' });
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return opened.equals(Buffer.concat([digestInfoPrefix, digest]));
  } catch {
    return false;
  }
}
