// Class keys, policy, trust anchors, factory list. A key never crosses to the screen.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { EvidencePolicy } from '../../../shared/attestation/evidence-policy.ts';
import { digestCanonical } from '../../../shared/canonical-json.ts';
import type { Handlers } from '../../../shared/contract/contract.ts';
import { parseFactoryList } from '../../../shared/factory-list.ts';
import { type LoadedPolicy, parsePolicy } from '../../../shared/policy.ts';
import { lintPolicy } from '../../../shared/policy-lint.ts';
import { policyActions } from '../../../shared/verdict.ts';
import { writeAtomically } from '../files.ts';
import { listKeys, parseClassKey, parseKeyStore } from '../keys/vault.ts';
import { describeAnchor, parseNewAnchor } from '../package/anchor.ts';
import { writeJournal } from '../records/journal.ts';
import { addAnchor, listAnchors, removeAnchor } from '../store/anchors.ts';
import { replaceFactoryList } from '../store/devices.ts';
import { admitPolicy } from '../store/policies.ts';
import { decided, openedVault, type Session } from './session.ts';
import { anchorView, pathOf } from './views.ts';

type TrustCalls = Pick<Handlers, Extract<keyof Handlers, `keys.${string}` | `trust.${string}`>>;

/** Reference values of every kind. */
const countReferences = ({ implementations, optee, dice }: EvidencePolicy): number =>
  implementations.reduce((sum, { components }) => sum + components.length, 0) +
  optee.teeMemory.length +
  [optee.taMemory, optee.taShdr].flatMap((digests) => Object.values(digests).flat()).length +
  dice.fwid.length;

const evidenceRules = (evidence: EvidencePolicy) => ({
  accept: [...evidence.accept],
  lifecycle: [...evidence.lifecycle],
  maxAgeSeconds: evidence.maxAgeSeconds,
  anchorCount: evidence.anchors.length + evidence.dice.roots.length,
  referenceCount: countReferences(evidence),
});

const policyView = ({ policy, hash, signature }: LoadedPolicy, now: Date) => ({
  name: policy.name,
  version: policy.version,
  hash,
  notAfter: policy.notAfter ?? null,
  signedBy: signature?.signedBy ?? null,
  actions: policyActions.map((action) => {
    const { minimumLevel = null, allowL0WithReason = false } = policy.actions[action] ?? {};
    return { action, minimumLevel, allowL0WithReason };
  }),
  evidence: policy.evidence ? evidenceRules(policy.evidence) : null,
  remarks: lintPolicy(policy, now),
});

export function trustCalls(session: Session): TrustCalls {
  const { services, files } = session;
  const { db, clock, home } = services;
  const textOf = (token: Parameters<typeof pathOf>[1]) => readFile(pathOf(files, token), 'utf8');
  const anchorViews = async () => (await listAnchors(db, clock.now())).map(anchorView);
  return {
    'keys.list': () => listKeys(db),
    'keys.create': ({ name }) => openedVault(session).createKey(name),
    'keys.import': ({ name, base64 }) => openedVault(session).importKey(name, parseClassKey(base64)),
    async 'keys.import-store'({ file }) {
      const imported: string[] = [];
      for (const [name, secret] of parseKeyStore(await textOf(file))) {
        await openedVault(session).importKey(name, secret);
        imported.push(name);
      }
      return { imported };
    },
    async 'trust.state'() {
      const { count } = await db
        .selectFrom('factory_list')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return {
        policy: policyView(await services.readPolicy(), clock.now()),
        isOwnPolicy: existsSync(home.policy),
        listedDevices: count,
      };
    },
    async 'trust.set-policy'({ file }) {
      const text = await textOf(file);
      const loaded = await admitPolicy(db, parsePolicy(text));
      await writeAtomically(home.policy, async (target) => void (await target.write(text)), 0o600);
      const { name, version } = loaded.policy;
      const operator = session.settings.operator;
      await writeJournal(db, clock, {
        kind: 'policy-set',
        body: { name, version, hash: loaded.hash, operator },
      });
      return policyView(loaded, clock.now());
    },
    'trust.anchors': anchorViews,
    'trust.look-at-anchor': async ({ file }) =>
      describeAnchor(parseNewAnchor(await textOf(file), clock.now())),
    async 'trust.add-anchor'({ file, name, note, reason }) {
      const pem = await textOf(file);
      const kept = await decided(session, reason, (deciding) => addAnchor(deciding, { pem, name, note }));
      return anchorView({ ...kept, state: 'good' });
    },
    async 'trust.remove-anchor'({ name, reason }) {
      await decided(session, reason, (deciding) => removeAnchor(deciding, name));
      return anchorViews();
    },
    async 'trust.import-factory-list'({ file }) {
      const list = parseFactoryList(await textOf(file));
      await replaceFactoryList(db, list);
      const digest = digestCanonical('trustbox/factory-list/1', Object.fromEntries(list));
      await writeJournal(db, clock, { kind: 'factory-list', body: { devices: list.size, digest } });
      return { devices: list.size };
    },
  };
}
