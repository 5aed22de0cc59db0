// How cpk-tool ends when something fails: "[ERROR] Command failed: <words> (<kind>)" on standard error, status 1.
// The enclave's own result never gets out: only which call failed is said, so a wrong key, a changed package and an
// image that storage refuses all read "Failed to end deployment session."
// Source: ConfidentialPackageTools cpk/src/cpm/mod.rs, cpk-tool/src/main.rs.
import type { CpmOp } from './cpm-door.ts';

export class ToolFailure extends Error {
  readonly kind: string;

  constructor(message: string, kind: string) {
    super(message);
    this.kind = kind;
  }
}

const calls: Readonly<Record<CpmOp, readonly [message: string, kind: string]>> = {
  ping: ['Failed to ping the CPM.', 'Ping'],
  'is-supported': ['Failed to determine support for an operation.', 'IsOperationSupported'],
  'key-size': ['Failed to get device public key length.', 'PublicKeyLength'],
  'export-key': ['Failed to get device public key data.', 'PublicKeyData'],
  'install-key': ['Failed to install application key.', 'InstallApplicationKey'],
  begin: ['Failed to start deployment session.', 'BeginApplicationDeployment'],
  init: ['Failed to initialize AES GCM decryption.', 'InitializeAesGcmDecryption'],
  add: ['Failed to add application data.', 'AddApplicationData'],
  verify: ['Failed to verify the application signature and digest.', 'VerifySha256Pkcs1v15'],
  end: ['Failed to end deployment session.', 'EndApplicationDeployment'],
};

export function cpmFailure(op: CpmOp): ToolFailure {
  const [message, kind] = calls[op];
  return new ToolFailure(message, `CpmError(${kind})`);
}
