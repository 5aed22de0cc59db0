// A virtual box whose TEE attests, and a policy that its factory would have written for it.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../electron/core/clock.ts';
import { type JudgedDevice, judgeDevice, readDevice } from '../../electron/core/jobs/judge-device.ts';
import { silentLog as log } from '../../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../../electron/core/open-link.ts';
import type { Database } from '../../electron/core/store/database.ts';
import { type LoadedPolicy, parsePolicy } from '../../shared/policy.ts';
import type { VirtualBox } from './virtual-box.ts';

const rule = { minimumLevel: 'L1', allowL0WithReason: true };

export const policyJson = (
  { evidencePolicy }: Pick<VirtualBox, 'evidencePolicy'>,
  changes: object = {},
): string =>
  JSON.stringify({
    policy: 1,
    name: 'TEST line',
    version: 1,
    actions: { register: rule, 'load-package': rule, 'release-class-key': { minimumLevel: 'L4' } },
    ...(evidencePolicy ? { evidence: JSON.parse(readFileSync(evidencePolicy, 'utf8')) as object } : {}),
    ...changes,
  });

export const policyFor = (box: VirtualBox, changes?: object): LoadedPolicy =>
  parsePolicy(policyJson(box, changes));

/** Read and judged over the agent link, as a job does it. */
export async function attestBox(
  box: VirtualBox,
  db: Database,
  policy = policyFor(box),
): Promise<JudgedDevice> {
  const openLink = createLinkOpener({ log, clock: systemClock, ...nothingKnown });
  const link = await openLink(box.port, { baudRate: 115_200, credentials: null, link: 'agent' });
  try {
    const seen = await readDevice(link, { clock: systemClock });
    return await judgeDevice(seen, { db, clock: systemClock, policy, operator: null });
  } finally {
    await link.close();
  }
}
