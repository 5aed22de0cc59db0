// The main job: one device from "plugged in" to "receipt filed". Each attempt looks at the device anew; what must not
// happen twice is asked for by name (`once`) or is idempotent by itself.
import { toBase64, toHex } from '../../../shared/bytes.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import { type DeviceProfile, findProfile, profileForModel } from '../../../shared/device-profile.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { LinkChoice } from '../../../shared/link.ts';
import { type InstallOutcome, installOutcomeSchema, judgeInstall } from '../../../shared/outcome.ts';
import type { LoadedPolicy } from '../../../shared/policy.ts';
import type { Receipt, ReceiptBody } from '../../../shared/receipt.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import type { OperatorStatement, PolicyAction, Verdict, VerdictEvidence } from '../../../shared/verdict.ts';
import type { Clock } from '../clock.ts';
import { hashFile } from '../files.ts';
import type { StationKey, Vault } from '../keys/vault.ts';
import { type WrappedKey, wrapClassKey } from '../keys/wrap.ts';
import type { DeviceLink, StorageSnapshot } from '../link.ts';
import { inspectPackage } from '../package/inspect.ts';
import { lintPackage } from '../package/lint.ts';
import { type VerifiedPackage, verifyPackage } from '../package/verify.ts';
import { fileReceipt } from '../records/receipts.ts';
import { readAnchors } from '../store/anchors.ts';
import type { Database } from '../store/database.ts';
import { recordSeen } from '../store/devices.ts';
import { appendRegistration } from '../store/outbox.ts';
import { recordPackage } from '../store/packages.ts';
import type { Pipeline } from './engine.ts';
import type { JobRun } from './job-run.ts';
import { judgeDevice, readDevice, readKey, type SeenDevice } from './judge-device.ts';

/** What a job is asked to do; stored with it, so nothing secret is in here. */
export type LoadInputs = {
  readonly action: 'enrol' | 'load';
  readonly packagePath: string | null;
  readonly keyName: string | null;
  /** PEM texts that the signer may chain to. */
  readonly anchors: readonly string[];
  /** True: the anchors that the station keeps count as well. */
  readonly keptAnchors?: boolean;
  /** Null: chosen by what the device calls itself. */
  readonly profile: string | null;
  readonly operator: OperatorStatement | null;
  readonly user: string;
  readonly baudRate: number;
  readonly raiseSpeedTo: number | null;
  /** Absent: as the station's settings say for the port. */
  readonly link?: LinkChoice | undefined;
  readonly isDemo: boolean;
  /** Serial number on the unit's label, where one was scanned. */
  readonly expectedSerial?: string | null;
};

export type LoadDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly policy: LoadedPolicy;
  readonly stationKey: StationKey;
  readonly openLink: (port: string, inputs: LoadInputs, signal: AbortSignal) => Promise<DeviceLink>;
};

export type LoadResult = { readonly receipt: Receipt };

type Plan = { readonly package: VerifiedPackage; readonly remoteName: string };
type Visit = {
  readonly run: JobRun;
  readonly link: DeviceLink;
  readonly seen: SeenDevice;
  readonly verdict: Verdict;
};
type Loading = Visit & { readonly plan: Plan; readonly inputs: LoadInputs; readonly deps: LoadDeps };
type Loaded = {
  readonly outcome: InstallOutcome;
  readonly wrapped: Pick<WrappedKey, 'suite' | 'keyName' | 'keyId'>;
};

/** The job as the specification has it: preflight, connect, read, judge, register, load, receipt. */
export const loadDevice = (inputs: LoadInputs, deps: LoadDeps): Pipeline<LoadResult> => {
  /** What answered in an earlier attempt: a port is asked once in a job. */
  let found = inputs.link;
  return async (run) => {
    const startedAt = deps.clock.now().toISOString();
    const plan = await run.look(
      'preflight',
      () => preflight(inputs, deps, run.signal),
      (found) => (found ? `${found.package.id} ${found.package.version}` : say('step.nothing-to-load')),
    );
    if (plan && !(await run.bind('packageDigest', plan.package.fileSha256)))
      throw new ProvisionerError('job.package-changed', plan.package.path);
    if (plan) await recordPackage(deps.db, deps.clock, plan.package);
    const link = await run.look(
      'connect',
      () => deps.openLink(run.port, { ...inputs, link: found }, run.signal),
      ({ kind, agent }) => agent ?? kind,
    );
    found = link.kind;
    try {
      const seen = await run.look(
        'read',
        ({ signal }) => readDevice(link, { signal, clock: deps.clock }),
        ({ identity }) => identity.serialNumber ?? say('step.no-serial'),
      );
      await bindDevice(run, seen.identity, inputs.expectedSerial ?? null);
      const verdict = await run.look(
        'judge',
        () => judge(seen, { run, link, inputs, deps }),
        ({ level, reading }) => say('step.judged', { level, reading: reading.text }),
      );
      await run.look('register', () => register(seen, verdict, deps));
      const loaded = plan ? await loadPackage({ run, link, seen, verdict, plan, inputs, deps }) : null;
      const receipt = await run.look(
        'receipt',
        () => writeReceipt({ run, seen, verdict, deps, plan, loaded, startedAt }),
        ({ id }) => id,
      );
      refuseUnlessInstalled(receipt);
      return { receipt };
    } finally {
      await link.close();
    }
  };
};

/** Everything that can be known before the device is touched. */
export async function preflight(
  inputs: LoadInputs,
  deps: LoadDeps,
  signal: AbortSignal,
): Promise<Plan | null> {
  if (inputs.action === 'enrol' || inputs.packagePath === null || inputs.keyName === null) return null;
  const anchors = await anchorsFor(inputs, deps);
  const key = await deps.vault.openKey(inputs.keyName);
  const options = {
    anchors,
    classKey: key,
    clock: deps.clock,
    signal,
    allowPublishedKey: inputs.isDemo,
  };
  const result = await verifyPackage(inputs.packagePath, options).finally(() => key.secret.fill(0));
  if (!result.package) {
    const failed = result.checks.find((check) => check.ok === false);
    throw new ProvisionerError('package.not-sound', `${failed?.name}: ${failed?.detail}`, {
      details: { check: failed?.name ?? '' },
    });
  }
  const profile = findProfile(inputs.profile ?? 'trustbox-edge-201');
  const findings = lintPackage(await inspectPackage(inputs.packagePath), profile, deps.clock.now());
  const fault = findings.find(
    ({ severity, rule }) => severity === 'error' && !(inputs.isDemo && rule === 'demo-key'),
  );
  if (fault)
    throw new ProvisionerError('package.does-not-fit', `${fault.rule}: ${fault.detail}`, {
      details: { rule: fault.rule },
    });
  if (result.package.keyName !== inputs.keyName) {
    throw new ProvisionerError(
      'job.preflight-failed',
      `the package wants key "${result.package.keyName}", not "${inputs.keyName}"`,
    );
  }
  return { package: result.package, remoteName: `trustbox-${result.package.packageDigest.slice(0, 16)}.cpk` };
}

/** Read anew at each attempt: an anchor that was removed meanwhile counts no more. */
const anchorsFor = async (
  { anchors, keptAnchors }: LoadInputs,
  { db, clock }: LoadDeps,
): Promise<string[]> => (keptAnchors ? [...anchors, ...(await readAnchors(db, clock.now()))] : [...anchors]);

async function bindDevice(run: JobRun, identity: DeviceIdentity, expected: string | null): Promise<void> {
  if (identity.serialNumber === null)
    throw new ProvisionerError('job.unidentified', 'the device gives no serial number');
  if (expected !== null && identity.serialNumber !== expected)
    throw new ProvisionerError('line.wrong-label', `label ${expected}, device ${identity.serialNumber}`);
  if (await run.bind('serial', identity.serialNumber)) return;
  throw new ProvisionerError('job.wrong-device', `${identity.serialNumber} is on ${run.port} now`, {
    details: { serial: identity.serialNumber },
  });
}

async function judge(
  seen: SeenDevice,
  work: { run: JobRun; link: DeviceLink; inputs: LoadInputs; deps: LoadDeps },
): Promise<Verdict> {
  const { link, inputs, deps } = work;
  const judged = await judgeDevice(seen, { ...deps, operator: inputs.operator });
  const { verdict } = judged;
  await recordSeen(deps.db, { identity: seen.identity, ...judged, link });
  const needed: readonly PolicyAction[] =
    inputs.action === 'load' ? ['register', 'load-package', 'release-class-key'] : ['register'];
  for (const action of needed) {
    const decision = verdict.decisions[action];
    if (!decision.allowed)
      throw new ProvisionerError('policy.refused', `${action}: ${decision.why}`, {
        details: { action, level: verdict.level },
      });
  }
  return verdict;
}

const register = ({ identity, publicKey }: SeenDevice, verdict: Verdict, { db, clock }: LoadDeps) =>
  appendRegistration(db, clock, {
    serial: identity.serialNumber,
    model: identity.model,
    fingerprint: publicKey.fingerprint,
    publicKey: toBase64(publicKey.spki),
    level: verdict.level,
    policyHash: verdict.policyHash,
  });

/** Sends first, because that takes long; key and install follow each other, because the CPM forgets the key at a reboot. */
async function loadPackage(loading: Loading): Promise<Loaded> {
  const { run, link, plan } = loading;
  const wrapped = await wrapFor(loading);
  const kept = await run.stored('install', installOutcomeSchema);
  if (kept === null) {
    refuseUnfit(loading);
    await run.look('send', ({ signal, onProgress }) => sendPackage(loading, { signal, onProgress }));
    await run.look('install-key', () => installKey(loading, wrapped));
  }
  const outcome = await run.once('install', installOutcomeSchema, () => installPackage(loading));
  await run.look('clean-up', () => link.removeFile(plan.remoteName));
  return { outcome, wrapped };
}

async function wrapFor({ deps, verdict, plan, inputs, seen }: Loading): Promise<WrappedKey> {
  const key = await deps.vault.openKey(plan.package.keyName);
  try {
    return wrapClassKey(key, verdict, profileOf(inputs, seen).wrapSuite);
  } finally {
    key.secret.fill(0);
  }
}

const profileOf = (inputs: LoadInputs, { identity }: SeenDevice): DeviceProfile =>
  inputs.profile === null ? profileForModel(identity.model) : findProfile(inputs.profile);

/** The part file and one block exist beside each other for a moment. */
const spaceMarginBytes = 2 * 1024 * 1024;

function refuseUnfit({ seen: { identity }, plan }: Loading): void {
  if (identity.cpkTool === null)
    throw new ProvisionerError('job.no-tool', 'cpk-tool is not on the PATH of the login user');
  const neededBytes = plan.package.fileBytes + spaceMarginBytes;
  if (identity.freeBytes !== null && identity.freeBytes < neededBytes) {
    throw new ProvisionerError(
      'job.no-space',
      `${identity.freeBytes} bytes are free, ${neededBytes} are needed`,
    );
  }
}

/** The same device and the same boot as was judged; asked right before each write. */
async function refuseOtherDevice({ link, seen, run }: Visit, alsoKey = false): Promise<void> {
  const now = await link.readIdentity({ signal: run.signal });
  if (now.serialNumber !== seen.identity.serialNumber) {
    throw new ProvisionerError(
      'job.wrong-device',
      `${now.serialNumber ?? 'a device without serial number'} is on ${run.port} now`,
    );
  }
  const isRebooted = now.bootId !== seen.identity.bootId;
  const isOtherKey =
    alsoKey &&
    (await readKey(link, { signal: run.signal })).publicKey.fingerprint !== seen.publicKey.fingerprint;
  if (isRebooted || isOtherKey)
    throw new ProvisionerError(
      'job.device-rebooted',
      `${now.serialNumber} has ${isRebooted ? 'a new boot id' : 'another key'}`,
    );
}

async function sendPackage(loading: Loading, options: Parameters<DeviceLink['sendFile']>[1]): Promise<void> {
  const { link, plan } = loading;
  const { path, fileBytes, fileSha256 } = plan.package;
  if ((await link.probeFile(plan.remoteName, options)) === fileSha256) return;
  const { sha256 } = await hashFile(path);
  if (toHex(sha256) !== fileSha256) throw new ProvisionerError('job.package-changed', path);
  await refuseOtherDevice(loading);
  await link.sendFile({ path, sizeBytes: fileBytes, sha256, remoteName: plan.remoteName }, options);
}

async function installKey(loading: Loading, wrapped: WrappedKey): Promise<void> {
  await refuseOtherDevice(loading, true);
  const said = await loading.link.installKey(
    { applicationId: loading.plan.package.id, wrappedKey: wrapped.bytes },
    { signal: loading.run.signal },
  );
  const isDone =
    said.exitStatus === 0 && /^Done\.$/m.test(said.stdout) && !/Command failed/.test(said.stderr);
  if (!isDone)
    throw new ProvisionerError(
      'device.tool-failed',
      `cpk-tool sync: ${(said.stderr || said.stdout).slice(-200)}`,
    );
}

async function installPackage(loading: Loading): Promise<InstallOutcome> {
  const { link, plan, inputs, seen, run } = loading;
  const before = await link.snapshotStorage({ signal: run.signal });
  await refuseOtherDevice(loading);
  const said = await link.installPackage(plan.remoteName, { signal: run.signal });
  const after = await link.snapshotStorage();
  return judgeInstall(profileOf(inputs, seen).cpmModel, {
    ...said,
    storageChanged: hasChanged(before, after),
  });
}

const hasChanged = (before: StorageSnapshot, after: StorageSnapshot): boolean | null =>
  before.readable && after.readable ? before.digest !== after.digest : null;

type Closing = Omit<Visit, 'link'> & {
  readonly deps: LoadDeps;
  readonly plan: Plan | null;
  readonly loaded: Loaded | null;
  readonly startedAt: string;
};

const enrolled: InstallOutcome = {
  state: 'installed',
  summary: say('outcome.enrolled'),
  confirmed: [],
  notConfirmed: [],
};

/** One receipt per job, whose id it carries: filed again after a crash it is the same one. */
function writeReceipt({ run, seen, verdict, deps, plan, loaded, startedAt }: Closing): Promise<Receipt> {
  const { identity, publicKey } = seen;
  const outcome = loaded?.outcome ?? enrolled;
  const body: ReceiptBody = {
    receipt: 1,
    id: run.id,
    device: { serial: identity.serialNumber, model: identity.model, bootId: identity.bootId, port: run.port },
    key: {
      fingerprint: publicKey.fingerprint,
      level: verdict.level,
      notProven: [...verdict.notProven],
      reading: verdict.reading.text,
      ...(verdict.evidence && { evidence: receiptEvidence(verdict.evidence) }),
    },
    policyHash: verdict.policyHash,
    package: plan && describePackage(plan.package),
    classKey: loaded && {
      name: loaded.wrapped.keyName,
      id: loaded.wrapped.keyId,
      wrap: loaded.wrapped.suite,
    },
    operator: verdict.operator,
    station: { name: deps.stationKey.name, publicKey: deps.stationKey.publicKey },
    startedAt,
    endedAt: deps.clock.now().toISOString(),
    outcome: {
      ...outcome,
      state: loaded ? outcome.state : 'enrolled',
      confirmed: [...outcome.confirmed],
      notConfirmed: [...outcome.notConfirmed],
    },
  };
  return fileReceipt(deps.db, deps.clock, { body, secretKey: deps.stationKey.secretKey });
}

const receiptEvidence = ({ id, format, level, findings }: VerdictEvidence) => ({
  id,
  format,
  level,
  findings: [...findings],
});

const describePackage = (verified: VerifiedPackage) => ({
  id: verified.id,
  name: verified.name,
  vendor: verified.vendor,
  version: verified.version,
  digest: verified.packageDigest,
  fileSha256: verified.fileSha256,
  signer: verified.signerFingerprint,
});

function refuseUnlessInstalled({ outcome, id }: Receipt): void {
  if (outcome.state === 'installed' || outcome.state === 'enrolled') return;
  const code = outcome.state === 'rejected' ? 'job.install-rejected' : 'job.install-unconfirmed';
  throw new ProvisionerError(code, outcome.summary, { details: { receipt: id } });
}
