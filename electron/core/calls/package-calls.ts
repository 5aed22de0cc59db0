// Packages: build, sign from outside, look into, check.
import { readFile } from 'node:fs/promises';
import { decodeSignature, toHex } from '../../../shared/bytes.ts';
import type { Handlers, Request } from '../../../shared/contract/contract.ts';
import type { FileToken } from '../../../shared/contract/values.ts';
import { findProfile } from '../../../shared/device-profile.ts';
import { buildPackage } from '../package/build.ts';
import { attachSignature, digestToSign } from '../package/external-signing.ts';
import { inspectPackage } from '../package/inspect.ts';
import { lintPackage } from '../package/lint.ts';
import { parseVersion } from '../package/manifest-for.ts';
import { verifyPackage } from '../package/verify.ts';
import { readAnchors } from '../store/anchors.ts';
import { createSealLedger } from '../store/seals.ts';
import { openedVault, type Session } from './session.ts';
import { pathOf } from './views.ts';

type PackageCalls = Pick<Handlers, Extract<keyof Handlers, `packages.${string}`>>;

const progressEveryMs = 100;

/** At most ten events a second, and always the last of a phase. */
function throttled(emit: (progress: { phase: string; doneBytes: number; totalBytes: number }) => void) {
  let lastMs = 0;
  return (progress: { phase: string; doneBytes: number; totalBytes: number }) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < progressEveryMs && progress.doneBytes < progress.totalBytes) return;
    lastMs = nowMs;
    emit(progress);
  };
}

export function packageCalls(session: Session): PackageCalls {
  const { services, files } = session;
  const { db, clock } = services;
  const textOf = (token: FileToken) => readFile(pathOf(files, token), 'utf8');

  async function readSigning({ certificate, signingKey, isDemo }: Request<'packages.build'>) {
    return {
      certificatePem: await textOf(certificate),
      keyPem: signingKey ? await textOf(signingKey.file) : undefined,
      passphrase: signingKey?.passphrase || undefined,
      allowPublishedKey: isDemo,
    };
  }

  return {
    async 'packages.inspect'({ package: token }) {
      const {
        path: _path,
        manifest: _manifest,
        manifestStream: _stream,
        ...found
      } = await inspectPackage(pathOf(files, token));
      return {
        ...found,
        streams: [...found.streams],
        gaps: [...found.gaps],
        layoutFaults: [...found.layoutFaults],
      };
    },
    async 'packages.lint'({ package: token, profile }) {
      const found = findProfile(profile);
      const findings = lintPackage(await inspectPackage(pathOf(files, token)), found, clock.now());
      const ok = findings.every(({ severity }) => severity !== 'error');
      return { ok, profile: found.title, findings };
    },
    async 'packages.verify'({ package: token, keyName, anchors, isDemo }) {
      const classKey = keyName === null ? undefined : await openedVault(session).openKey(keyName);
      const options = { clock, signal: session.signal, allowPublishedKey: isDemo, classKey };
      const kept = await readAnchors(db, clock.now());
      const pems = [...(await Promise.all(anchors.map(textOf))), ...kept];
      const result = await verifyPackage(pathOf(files, token), { ...options, anchors: pems }).finally(() =>
        classKey?.secret.fill(0),
      );
      return { ok: result.ok, checks: [...result.checks] };
    },
    async 'packages.build'(request) {
      const { id, name, vendor, keyName, allowKeyReuse } = request;
      const version = parseVersion(request.version);
      const { arch, os } = findProfile(request.profile);
      const signing = await readSigning(request);
      const made = await files.make(`${id}-${request.version}.cpk`);
      const classKey = await openedVault(session).openKey(keyName);
      const built = await buildPackage(
        {
          payloadPath: pathOf(files, request.payload),
          outPath: made.path,
          id,
          name,
          vendor,
          version,
          target: { arch, os },
          classKey,
          signing,
          allowKeyReuse,
        },
        {
          ledger: createSealLedger(db, clock),
          clock,
          signal: session.signal,
          onProgress: throttled((progress) => session.emit('package.progress', progress)),
        },
      ).finally(() => classKey.secret.fill(0));
      const { packageDigest, payloadSha256, signed } = built;
      return { file: await made.done(), packageDigest, payloadSha256, isSigned: signed };
    },
    async 'packages.digest'({ package: token }) {
      const due = await digestToSign(pathOf(files, token));
      return {
        due: due.due,
        digest: toHex(due.digest),
        signatureBytes: due.signatureBytes,
        signer: due.signerFingerprint,
        file: await files.addText(`${due.due}-digest.bin`, due.digest),
      };
    },
    async 'packages.attach-signature'({ package: token, signature }) {
      const { path, name } = files.find(token);
      const made = await files.make(name);
      const raw = await readFile(pathOf(files, signature));
      const { attached } = await attachSignature(path, decodeSignature(raw), made.path);
      return { attached, file: await made.done() };
    },
  };
}
