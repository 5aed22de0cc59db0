// What a job may ask of a device, whatever cable is in between. Links differ only below this interface.
import type { DeviceIdentity } from '../../shared/device.ts';
import type { Quality } from '../../shared/link.ts';

/** Every call waits under a deadline and an abort signal. */
export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
};

export type TransferProgress = {
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly retries: number;
};

/** A local file to be placed on the device. */
export type FileToSend = {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the whole file, 32 bytes. */
  readonly sha256: Uint8Array;
  /** Bare file name on the device: [A-Za-z0-9._-], at most 64 characters, no path. */
  readonly remoteName: string;
};

/** What a tool on the device printed and how it ended; exit status alone proves nothing. */
export type ToolTranscript = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitStatus: number;
};

/** Digest of the TEE's secure-storage directory listing, when the box lets us read it: three-valued evidence of a change. */
export type StorageSnapshot = { readonly readable: boolean; readonly digest: string | null };

/** Format as the box names it, and the answer (shared/attestation/evidence-answer.ts). */
export type RawEvidence = { readonly format: string; readonly evidence: Uint8Array };

/** An open, logged-in link to one device. */
export interface DeviceLink {
  readonly kind: 'console' | 'agent';
  readonly port: string;
  /** Speed of the line now, baud; null where the cable has none (USB bulk). */
  readonly baudRate: number | null;
  /** What the agent calls itself, with its release; null: a console. A claim. */
  readonly agent: string | null;
  /** @throws console.* device.* */
  readIdentity(options?: CallOptions): Promise<DeviceIdentity>;
  /** The public key bytes as the device gave them (SPKI or PKCS#1 DER), unchecked. */
  readPublicKey(options?: CallOptions): Promise<Uint8Array>;
  /** Gives the wrapped class key to the CPM (`cpk-tool sync`). */
  installKey(
    request: { applicationId: string; wrappedKey: Uint8Array },
    options?: CallOptions,
  ): Promise<ToolTranscript>;
  /** SHA-256 (hex) of a staged file, or null when it is not there. */
  probeFile(remoteName: string, options?: CallOptions): Promise<string | null>;
  /** Sends a file, resuming what an earlier, interrupted call left behind; ends with a whole-file digest on the device. */
  sendFile(
    file: FileToSend,
    options?: CallOptions & { onProgress?: (progress: TransferProgress) => void },
  ): Promise<void>;
  /** Runs the installer on a staged file (`cpk-tool install`). */
  installPackage(remoteName: string, options?: CallOptions): Promise<ToolTranscript>;
  /**
   * What the TEE signs over a challenge of 32 bytes, as the box gave it; null: this box has no evidence to give.
   * @throws agent.* console.* device.*
   */
  readEvidence(challenge: Uint8Array, options?: CallOptions): Promise<RawEvidence | null>;
  snapshotStorage(options?: CallOptions): Promise<StorageSnapshot>;
  removeFile(remoteName: string, options?: CallOptions): Promise<void>;
  /** Null: this kind of link does not measure itself. */
  quality(): Quality | null;
  /** Restores what the link changed on the device (tty modes, kernel message level), logs out what it logged in, closes the port. */
  close(): Promise<void>;
}
