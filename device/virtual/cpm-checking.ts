// A CPM that checks, as the blueprint's own simulator does: the tag as soon as the data is there, then the digest of
// the clear image and the signature over it. What did not pass is not stored.
// Source: ConfidentialPackageTools cpk-sys/src/c/cpmsim.c. Our choice: 6 MiB as the reference takes, not the simulator's 1 MiB,
// and data in more than one piece.
import { constants, createDecipheriv, createHash, createPublicKey, publicDecrypt } from 'node:crypto';
import {
  CpmRefusal,
  type Deployment,
  type DeploymentParts,
  maxPayloadBytes,
  type VerifyCall,
} from './cpm.ts';

/** DigestInfo of SHA-256 up to the digest itself (RFC 8017 section 9.2, note 1). */
const digestInfoPrefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signature over a digest, not over a message: the primitive's own verify would hash once more. */
function isSignature({ digest, signature, publicKey }: VerifyCall): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' });
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return opened.equals(Buffer.concat([digestInfoPrefix, digest]));
  } catch {
    return false;
  }
}

export function checkingDeployment({ key, log, store }: DeploymentParts): Deployment {
  let totalBytes = 0;
  let init: { readonly iv: Uint8Array; readonly tag: Uint8Array } | null = null;
  let sealed: Uint8Array[] = [];
  let image: Uint8Array | null = null;
  let isSound = false;

  const decrypt = (iv: Uint8Array, tag: Uint8Array): Uint8Array => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key(), iv).setAuthTag(tag);
      return Buffer.concat([...sealed.map((part) => decipher.update(part)), decipher.final()]);
    } catch {
      log('TAG mismatch');
      throw new CpmRefusal(1, 'tag mismatch');
    }
  };

  return {
    begin(announcedBytes) {
      totalBytes = announcedBytes;
      init = null;
      sealed = [];
      image = null;
      isSound = false;
    },
    initialize(call) {
      if (call.strengthBits !== 256 || call.iv.length !== 12 || call.tag.length !== 16)
        throw new CpmRefusal(1, 'sizes of key, iv or tag');
      init = call;
    },
    add(data) {
      const haveBytes = sealed.reduce((sum, part) => sum + part.length, 0) + data.length;
      if (init === null || haveBytes > Math.min(totalBytes, maxPayloadBytes))
        throw new CpmRefusal(1, 'not initialized, or over 6 MiB, or more than announced');
      sealed.push(data);
      if (haveBytes === totalBytes) image = decrypt(init.iv, init.tag);
    },
    verify(call) {
      if (image === null) throw new CpmRefusal(1, 'nothing to verify');
      const digestMatch = createHash('sha256').update(image).digest().equals(call.digest);
      isSound = digestMatch && isSignature(call);
      return { digestMatch, signatureMatch: isSound };
    },
    end(applicationId) {
      if (image !== null && isSound) store(image, applicationId);
      else log('not stored: a check failed');
      image = null;
      isSound = false;
    },
  };
}
