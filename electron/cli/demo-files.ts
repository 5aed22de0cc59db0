// What a demonstration needs beside a box: a payload, and a throw-away signing key with its certificate.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTestSigner } from './test-signer.ts';

export type DemoFiles = { readonly payload: string; readonly signKey: string; readonly signCert: string };

const payloadBytes = 256 * 1024;

/** @param dir made when it is not there */
export async function makeDemoFiles(dir: string): Promise<DemoFiles> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const files = {
    payload: join(dir, 'app.ta'),
    signKey: join(dir, 'sign.pem'),
    signCert: join(dir, 'sign.crt'),
  };
  const signer = await makeTestSigner('TEST demo signer');
  await writeFile(files.signKey, signer.keyPem, { mode: 0o600 });
  await writeFile(files.signCert, signer.certificatePem);
  await writeFile(files.payload, Buffer.alloc(payloadBytes, 'TrustBox demo payload '));
  return files;
}
