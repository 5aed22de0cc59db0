// The only list of calls and events between screen and engine (design section 4). Two carriers bring them over: Electron
// IPC and a WebSocket on loopback. The engine parses every request; a call without a handler does not compile.
import { z } from 'zod';
import { errorToData } from '../errors/error.ts';
import { receiptSchema } from '../receipt.ts';
import * as v from './values.ts';

const stationState = z.object({
  version: v.text,
  stationName: v.text,
  operator: v.text,
  language: v.text,
  /** No station name or no vault yet: the set-up is shown. */
  isSetUp: z.boolean(),
  isUnlocked: z.boolean(),
  logPath: v.text,
  homePath: v.text,
  idleLockMinutes: z.number().int().min(1).max(480),
  /** The station's Ed25519 public key, hex; receipts verify with it. Null until the vault was opened once. */
  stationKey: v.hex64.nullable(),
  /** The vault's second lock: what could hold it here, whether there is one, and whether this account holds it. */
  secondLock: z.object({ keychain: v.keychainKind, isOn: z.boolean(), isHeldHere: z.boolean() }),
  /** Linux: whether this user may open serial ports, and the udev rule that allows it. */
  serialRule: z
    .object({
      isNeeded: z.boolean(),
      /** Where udev has it already. */
      installedAt: v.text.nullable(),
      /** An administrator can be asked from here. */
      mayAsk: z.boolean(),
      path: v.text,
      text: z.string(),
      /** What an administrator runs instead. */
      command: z.string(),
    })
    .nullable(),
});
export type StationState = z.infer<typeof stationState>;

const link = { port: v.name, baudRate: v.baudRate, credentials: v.credentials.nullable() };
const loadRequest = z.strictObject({
  ports: z.array(v.name).min(1).max(64),
  package: v.fileToken,
  keyName: v.name,
  /** Beside those that the station keeps. */
  anchors: z.array(v.fileToken).max(8),
  operator: v.operator.nullable(),
  credentials: v.credentials.nullable(),
  baudRate: v.baudRate,
  raiseSpeedTo: v.baudRate.nullable(),
  isDemo: z.boolean(),
});

const dryRun = z.object({
  port: v.text,
  ok: z.boolean(),
  summary: z.string(),
  serial: v.text.nullable(),
  level: v.level.nullable(),
  error: v.errorData.nullable(),
});

const digestDue = z.object({
  due: z.enum(['payload', 'package']),
  /** SHA-256 to be signed with RSA PKCS#1 v1.5, hex. */
  digest: v.hex64,
  signatureBytes: z.number(),
  signer: v.hex64,
  /** The 32 bytes as a file, for the signer. */
  file: v.fileInfo,
});

const policyView = z.object({
  name: v.text,
  version: z.number(),
  hash: v.hex64,
  notAfter: v.text.nullable(),
  /** The line lead who signed it; null: nobody did. */
  signedBy: v.text.nullable(),
  /** All of them; without a level an action is refused for every device. */
  actions: z.array(
    z.object({ action: v.text, minimumLevel: v.level.nullable(), allowL0WithReason: z.boolean() }),
  ),
  /** What evidence it takes; null: none, so that no device gets above L1. */
  evidence: z
    .object({
      accept: z.array(v.text),
      lifecycle: z.array(v.text),
      maxAgeSeconds: z.number(),
      anchorCount: z.number(),
      referenceCount: z.number(),
    })
    .nullable(),
  /** What somebody should think about, by action. */
  remarks: z.array(z.object({ about: v.text, text: v.text })),
});

const outboxRow = z.object({
  id: z.number(),
  state: v.text,
  createdAt: v.text,
  serial: v.text.nullable(),
  model: v.text.nullable(),
  fingerprint: v.hex64,
  level: v.text,
});

const page = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(1000) };
const recordsQuery = z.strictObject({ text: v.text, state: v.text.nullable(), ...page });

const stepView = z.object({
  step: v.text,
  state: v.text,
  detail: v.text.nullable(),
  /** Of its newest attempt; null while it runs. */
  durationMs: z.number().nullable(),
});

/** A port of the jig; `at`: its cell on the jig, from the left and from the top, once it was put somewhere. */
export const slot = z.strictObject({
  port: v.name,
  label: v.name,
  at: z
    .strictObject({ column: z.number().int().min(0).max(11), row: z.number().int().min(0).max(7) })
    .optional(),
});
const lineState = z.object({
  isRunning: z.boolean(),
  slots: z.array(
    slot.extend({
      isPresent: z.boolean(),
      state: z.enum(['empty', 'waiting', 'scan', 'running', 'pass', 'fail']),
      serial: v.text.nullable(),
      /** What was scanned from the unit's label. */
      scanned: v.text.nullable(),
      step: v.text.nullable(),
      error: v.errorData.nullable(),
    }),
  ),
  skippedPorts: z.array(v.text),
  passed: z.number().int(),
  failed: z.number().int(),
  /** End times of the units of this shift, ISO 8601. */
  finished: z.array(z.object({ at: v.text, passed: z.boolean() })),
});
export type LineState = z.infer<typeof lineState>;

const recipe = loadRequest.omit({ ports: true });

const call = <Q extends z.ZodType, A extends z.ZodType>(request: Q, response: A) => ({ request, response });

export const calls = {
  'station.state': call(v.nothing, stationState),
  'station.set-up': call(
    z.strictObject({
      stationName: v.name,
      operator: v.name,
      passphrase: z.string().min(8).max(1024),
      language: v.name,
      /** For a vault that is there already and has a second lock. */
      recoveryCode: v.recoveryCode.optional(),
    }),
    stationState,
  ),
  'station.save-settings': call(
    z.strictObject({ operator: v.name, language: v.name, idleLockMinutes: z.number().int().min(1).max(480) }),
    stationState,
  ),
  /** The operator agreed; the system asks an administrator by its own dialog. */
  'station.install-serial-rule': call(v.nothing, stationState),
  'station.unlock': call(
    z.strictObject({
      passphrase: v.passphrase,
      /** Where the keychain of this account does not hold the second lock. */
      recoveryCode: v.recoveryCode.optional(),
      /** True: it does from now on. */
      keepHere: z.boolean().optional(),
    }),
    stationState,
  ),
  /** The code is shown once and kept nowhere. */
  'station.switch-on-second-lock': call(
    z.strictObject({ passphrase: v.passphrase }),
    z.object({ recoveryCode: z.string() }),
  ),
  'station.switch-off-second-lock': call(
    z.strictObject({ passphrase: v.passphrase, recoveryCode: v.recoveryCode.optional() }),
    stationState,
  ),
  'station.lock': call(v.nothing, stationState),

  'devices.list': call(v.nothing, z.array(v.deviceCard)),
  'devices.links': call(v.nothing, z.array(v.linkView)),
  /** From now on a port is opened by this link, until `auto` gives the choice back. */
  'devices.choose-link': call(z.strictObject({ port: v.name, link: v.linkChoice }), z.array(v.linkView)),
  'devices.find': call(z.strictObject({ text: v.text }), z.array(v.knownDevice)),
  'devices.read': call(z.strictObject(link), z.object({ identity: v.identity, verdict: v.verdict })),
  'devices.detail': call(
    z.strictObject({ serial: v.name }),
    z.object({
      device: v.knownDevice,
      /** Of the last reading; empty before the first. */
      ladder: z.array(v.ladderRung),
      /** Of the last reading; null: the device gave none. */
      evidence: v.evidenceView.nullable(),
      /** Newest first. */
      timeline: z.array(v.keyPeriod),
      jobs: z.array(v.jobView),
      receipts: z.array(receiptSchema),
      /** The newest lines of the station's log about the device's port, newest first; redacted when they were written. */
      log: z.array(v.logLine),
    }),
  ),
  /** Pins the key that was last read; the operator has compared the fingerprint. */
  'devices.pin': call(z.strictObject({ serial: v.name, fingerprint: v.hex64 }), v.knownDevice),
  'devices.diagnose': call(
    z.strictObject(link),
    z.object({ port: v.text, ok: z.boolean(), findings: z.array(v.diagnosisFinding) }),
  ),
  /** Versions, ports, findings and the end of the log, without secrets, as one JSON file. */
  'devices.support-bundle': call(z.strictObject({ findings: z.array(v.diagnosisFinding) }), v.fileInfo),

  'packages.inspect': call(z.strictObject({ package: v.fileToken }), v.inspection),
  'packages.lint': call(
    z.strictObject({ package: v.fileToken, profile: v.name }),
    z.object({ ok: z.boolean(), profile: v.text, findings: z.array(v.finding) }),
  ),
  'packages.verify': call(
    z.strictObject({
      package: v.fileToken,
      keyName: v.name.nullable(),
      anchors: z.array(v.fileToken).max(8),
      isDemo: z.boolean(),
    }),
    z.object({ ok: z.boolean(), checks: z.array(v.checkView) }),
  ),
  'packages.build': call(
    z.strictObject({
      payload: v.fileToken,
      id: v.name,
      name: v.name,
      vendor: v.name,
      version: v.name,
      profile: v.name,
      keyName: v.name,
      allowKeyReuse: z.boolean(),
      certificate: v.fileToken,
      /** Null: the signatures come from outside. */
      signingKey: z.strictObject({ file: v.fileToken, passphrase: z.string().max(1024) }).nullable(),
      isDemo: z.boolean(),
    }),
    z.object({ file: v.fileInfo, packageDigest: v.hex64, payloadSha256: v.hex64, isSigned: z.boolean() }),
  ),
  'packages.digest': call(z.strictObject({ package: v.fileToken }), digestDue),
  'packages.attach-signature': call(
    z.strictObject({ package: v.fileToken, signature: v.fileToken }),
    z.object({ attached: z.enum(['payload', 'package']), file: v.fileInfo }),
  ),

  'load.profiles': call(v.nothing, z.array(z.object({ name: v.text, title: v.text }))),
  'load.dry-run': call(loadRequest, z.array(dryRun)),
  /** Starts one job per port and returns at once; events tell the rest. */
  'load.start': call(loadRequest, z.object({ started: z.array(v.text) })),
  'jobs.list': call(v.nothing, z.array(v.jobView)),
  'jobs.detail': call(
    z.strictObject({ jobId: v.name }),
    z.object({ job: v.jobView, steps: z.array(stepView), receipt: receiptSchema.nullable() }),
  ),
  'jobs.resume': call(
    z.strictObject({ jobId: v.name, credentials: v.credentials.nullable() }),
    z.object({ started: z.array(v.text) }),
  ),
  'jobs.cancel': call(z.strictObject({ jobId: v.name }), v.jobView),

  'line.state': call(v.nothing, lineState),
  'line.save-slots': call(z.strictObject({ slots: z.array(slot).max(64) }), lineState),
  'line.start': call(z.strictObject({ recipe, isScanNeeded: z.boolean(), hook: z.boolean() }), lineState),
  /** A label's serial number from the scanner: names the unit that is plugged in next. */
  'line.scan': call(z.strictObject({ text: v.name }), lineState),
  'line.stop': call(v.nothing, lineState),

  'keys.list': call(v.nothing, z.array(z.object({ name: v.text, keyId: v.text, createdAt: v.text }))),
  'keys.create': call(z.strictObject({ name: v.name }), z.object({ name: v.text, keyId: v.text })),
  'keys.import': call(
    z.strictObject({ name: v.name, base64: z.string().max(200) }),
    z.object({ name: v.text, keyId: v.text }),
  ),
  'keys.import-store': call(z.strictObject({ file: v.fileToken }), z.object({ imported: z.array(v.text) })),
  'trust.state': call(
    v.nothing,
    z.object({ policy: policyView, isOwnPolicy: z.boolean(), listedDevices: z.number() }),
  ),
  'trust.set-policy': call(z.strictObject({ file: v.fileToken }), policyView),
  'trust.import-factory-list': call(z.strictObject({ file: v.fileToken }), z.object({ devices: z.number() })),

  'trust.anchors': call(v.nothing, z.array(v.anchorView)),
  /** What is in a file, for comparing before it is kept. */
  'trust.look-at-anchor': call(z.strictObject({ file: v.fileToken }), v.anchorCertificate),
  'trust.add-anchor': call(
    z.strictObject({ file: v.fileToken, name: v.name, note: z.string().max(1000), reason: v.name }),
    v.anchorView,
  ),
  'trust.remove-anchor': call(
    z.strictObject({ name: z.string().max(1000), reason: v.name }),
    z.array(v.anchorView),
  ),

  /** Newest first. */
  'outbox.list': call(z.strictObject(page), z.object({ total: z.number().int(), rows: z.array(outboxRow) })),
  'outbox.export': call(v.nothing, v.fileInfo),

  'records.search': call(
    recordsQuery,
    z.object({ total: z.number().int(), receipts: z.array(receiptSchema) }),
  ),
  'records.export-csv': call(recordsQuery.omit({ offset: true, limit: true }), v.fileInfo),
  'records.receipt-pdf': call(z.strictObject({ id: v.name }), v.fileInfo),
  'records.label': call(
    z.strictObject({ id: v.name }),
    z.object({ svg: z.string(), zpl: z.string(), text: z.string() }),
  ),
  'records.verify': call(
    v.nothing,
    z.object({
      ok: z.boolean(),
      entries: z.number(),
      receipts: z.number(),
      unsignedTail: z.number(),
      problems: z.array(
        z.object({ kind: z.enum(['journal', 'receipt']), seq: z.number(), detail: z.string() }),
      ),
    }),
  ),
} as const;

const jobEvent = { jobId: v.text, port: v.text };

export const events = {
  'devices.changed': z.array(v.deviceCard),
  'links.changed': z.array(v.linkView),
  'station.changed': stationState,
  'line.changed': lineState,
  'job.event': z.discriminatedUnion('event', [
    z.object({ event: z.literal('job'), ...jobEvent, state: v.text }),
    z.object({
      event: z.literal('step'),
      ...jobEvent,
      step: v.text,
      state: v.text,
      durationMs: z.number().optional(),
      detail: z.string().optional(),
    }),
    z.object({
      event: z.literal('progress'),
      ...jobEvent,
      step: v.text,
      sentBytes: z.number(),
      totalBytes: z.number(),
      retries: z.number(),
    }),
    z.object({ event: z.literal('waiting'), ...jobEvent, code: v.text }),
    z.object({
      event: z.literal('back'),
      ...jobEvent,
      code: v.text,
      awayMs: z.number(),
      sentBytes: z.number().nullable(),
      totalBytes: z.number().nullable(),
    }),
  ]),
  'package.progress': z.object({ phase: v.text, doneBytes: z.number(), totalBytes: z.number() }),
} as const;

export type CallName = keyof typeof calls;
export type Request<N extends CallName> = z.infer<(typeof calls)[N]['request']>;
export type Response<N extends CallName> = z.infer<(typeof calls)[N]['response']>;
export type EventName = keyof typeof events;
export type EventValue<N extends EventName> = z.infer<(typeof events)[N]>;

export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: v.ErrorData };

/** An error as a reply. */
export function refusal(error: unknown): { readonly ok: false; readonly error: v.ErrorData } {
  const { details, ...data } = errorToData(error);
  return { ok: false, error: { ...data, details: { ...details } } };
}

/** What the engine offers, one handler per call. */
export type Handlers = { readonly [N in CallName]: (request: Request<N>) => Promise<Response<N>> };

/** One event with its name, for every event there is. */
export type AnyEvent = { [N in EventName]: { readonly name: N; readonly value: EventValue<N> } }[EventName];
