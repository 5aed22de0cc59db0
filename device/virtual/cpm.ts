// The Confidential Package Manager of a virtual box: the ten enclave calls, really unwrapping, decrypting and storing.
// One RSA-2048 key pair per boot, one application key and one buffer in RAM, payloads up to 6 MiB. What happens
// between begin and end depends on the model: cpm-reference.ts or cpm-checking.ts.
// Source: facts package-and-device section 2; ConfidentialPackageManager ta/cpm.c.
import { constants, generateKeyPair, type KeyObject, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { checkingDeployment } from './cpm-checking.ts';
import { referenceDeployment } from './cpm-reference.ts';

export type CpmProfile = 'stock' | 'checking';

/** A call that returned something else than 0. The number never leaves the host library; the tool says which call it was. */
export class CpmRefusal extends Error {
  readonly result: number;

  constructor(result: number, message: string) {
    super(message);
    this.result = result;
  }
}

export const maxPayloadBytes = 6 * 1024 * 1024;
export const contractVersion = 1;
const keyBytes = 32;
const maxLogLines = 100;
const makeKeyPair = promisify(generateKeyPair);

export type InitCall = { readonly strengthBits: number; readonly iv: Uint8Array; readonly tag: Uint8Array };

export type VerifyCall = {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  /** RSAPublicKey DER (PKCS#1). */
  readonly publicKey: Uint8Array;
};

export type Checks = { readonly digestMatch: boolean; readonly signatureMatch: boolean };

/** The calls between begin and end, as one model of CPM does them. All throw CpmRefusal. */
export type Deployment = {
  begin(totalBytes: number): void;
  initialize(call: InitCall): void;
  add(data: Uint8Array): void;
  verify(call: VerifyCall): Checks;
  /** Hands the clear image to secure storage. */
  end(applicationId: string): void;
};

export type DeploymentParts = {
  /** The application key, 32 bytes; all zero until one was installed, as in the reference CPM's RAM. */
  readonly key: () => Uint8Array;
  readonly log: (line: string) => void;
  /** Secure storage. @throws CpmRefusal when it refuses the image */
  readonly store: (image: Uint8Array, applicationId: string) => void;
};

export type Cpm = Deployment & {
  /** RSAPublicKey DER (PKCS#1), as the enclave exports it. */
  exportDevicePublicKey(): Uint8Array;
  /** The key that the enclave holds, which its own evidence speaks of; DER as above. */
  heldPublicKey(): Uint8Array;
  installApplicationKey(wrapped: Uint8Array): void;
  hasKey(): boolean;
  /** What the enclave logged this boot, oldest first; the tool does not show it. */
  logLines(): readonly string[];
};

export type CpmOptions = {
  readonly profile: CpmProfile;
  readonly wrongKey: boolean;
  readonly store: DeploymentParts['store'];
};

/** A CPM as it is right after boot. */
export async function bootCpm({ profile, wrongKey, store }: CpmOptions): Promise<Cpm> {
  const held = await makeKeyPair('rsa', { modulusLength: 2048 });
  const shown = wrongKey ? await makeKeyPair('rsa', { modulusLength: 2048 }) : held;
  const lines: string[] = [];
  let key = new Uint8Array(keyBytes);
  let hasKey = false;
  const log = (line: string) => {
    lines.push(line);
    if (lines.length > maxLogLines) lines.shift();
  };
  const model = profile === 'checking' ? checkingDeployment : referenceDeployment;
  return {
    ...model({ key: () => key, log, store }),
    exportDevicePublicKey: () => shown.publicKey.export({ type: 'pkcs1', format: 'der' }),
    heldPublicKey: () => held.publicKey.export({ type: 'pkcs1', format: 'der' }),
    installApplicationKey(wrapped) {
      const secret = unwrap(held.privateKey, wrapped);
      if (secret?.length !== keyBytes) {
        log('Application key unwrap error');
        throw new CpmRefusal(-1, 'the wrapped key does not unwrap to 32 bytes');
      }
      key = secret;
      hasKey = true;
    },
    hasKey: () => hasKey,
    logLines: () => lines,
  };
}

/**
 * RSAES-PKCS1-v1_5 decryption (RFC 8017 section 7.2.2), or null. The padding is looked at here because the library
 * answers a wrong one with random bytes; a CPM in a TEE answers with an error.
 */
function unwrap(key: KeyObject, wrapped: Uint8Array): Uint8Array<ArrayBuffer> | null {
  try {
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, wrapped);
    const end = block.indexOf(0, 2);
    return block[0] === 0 && block[1] === 2 && end >= 10 ? new Uint8Array(block.subarray(end + 1)) : null;
  } catch {
    return null;
  }
}
