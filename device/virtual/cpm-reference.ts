// How the reference CPM deploys: it never looks at digest or signature, and calls it a digest match when the tag it
// calculated last equals the announced one. That tag is calculated at the end call, so a good install prints FAILED,
// and the same package installed again in the same boot prints PASSED. The application id is ignored, there is one
// key, and without one the zeroes in its place are used: a missing key is seen only as a wrong tag.
// Source: ConfidentialPackageManager ta/cpm.c and ta/cpm_crypto.c.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { CpmRefusal, type Deployment, type DeploymentParts, maxPayloadBytes } from './cpm.ts';

const ivBytes = 12;
const tagBytes = 16;

/** Decrypts without judging, and the tag that would be right, as mbedTLS does it. */
function decryptUnchecked(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array) {
  const image = createDecipheriv('aes-256-gcm', key, iv).update(sealed);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.update(image);
  cipher.final();
  return { image, tag: cipher.getAuthTag() };
}

export function referenceDeployment({ key, log, store }: DeploymentParts): Deployment {
  let iv: Uint8Array | null = null;
  let announcedTag: Uint8Array = new Uint8Array(tagBytes);
  let calculatedTag: Uint8Array = new Uint8Array(tagBytes);
  let parts: Uint8Array[] = [];
  let haveBytes = 0;

  const tagsMatch = () => Buffer.from(calculatedTag).equals(announcedTag);

  return {
    begin: () => log('ecall_begin_application_deployment'),
    initialize(call) {
      if (call.strengthBits !== 256) throw new CpmRefusal(-1, 'key strength');
      if (call.iv.length !== ivBytes) throw new CpmRefusal(-2, 'iv size');
      if (call.tag.length !== tagBytes) throw new CpmRefusal(-3, 'tag size');
      iv = call.iv;
      announcedTag = call.tag;
      parts = [];
      haveBytes = 0;
    },
    add(data) {
      log(`ecall_add_application_data (${data.length})`);
      if (iv === null) throw new CpmRefusal(-1, 'no buffer');
      if (haveBytes + data.length > maxPayloadBytes) {
        log(`data_size to large (${data.length})`);
        throw new CpmRefusal(-1, 'payload over 6 MiB');
      }
      parts.push(data);
      haveBytes += data.length;
    },
    verify: () => ({ digestMatch: tagsMatch(), signatureMatch: false }),
    end(applicationId) {
      log('ecall_end_application_deployment');
      if (iv === null) throw new CpmRefusal(-1, 'nothing begun');
      const opened = decryptUnchecked(key(), iv, Buffer.concat(parts));
      parts = [];
      iv = null;
      calculatedTag = opened.tag;
      if (!tagsMatch()) {
        log('TAG mismatch');
        throw new CpmRefusal(-2, 'tag mismatch');
      }
      log(`Installing application with size ${opened.image.length}`);
      store(opened.image, applicationId);
    },
  };
}
