// One build, its phases and its peak memory, as JSON: `node build-once.ts DIR PAYLOAD`.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../electron/core/clock.ts';
import { buildPackage } from '../electron/core/package/build.ts';

const [dir = '', payloadPath = ''] = process.argv.slice(2);
const outPath = join(dir, 'out.cpk');
const at = new Map<string, number>();
const startedMs = performance.now();

await buildPackage(
  {
    payloadPath,
    outPath,
    id: 'bench',
    name: 'Bench',
    vendor: 'TEST',
    version: { maj: 1, min: 0, rev: 0 },
    classKey: { name: 'bench', secret: new Uint8Array(32).fill(1) },
    signing: {
      certificatePem: readFileSync(join(dir, 'sign.crt'), 'utf8'),
      keyPem: readFileSync(join(dir, 'sign.pem'), 'utf8'),
    },
  },
  {
    ledger: { claim: async () => undefined },
    clock: systemClock,
    onProgress: ({ phase, doneBytes }) => {
      const name = phase === 'read back' && doneBytes === 0 ? 'flushed' : phase;
      if (name !== 'seal') at.set(name, performance.now());
    },
  },
);

const peakKib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN);
const [sealed = 0, flushed = 0, readBack = 0] = ['flush', 'flushed', 'read back'].map(
  (name) => at.get(name) ?? 0,
);
console.log(
  JSON.stringify({
    sealMs: sealed - startedMs,
    flushMs: flushed - sealed,
    readBackMs: readBack - flushed,
    peakBytes: peakKib * 1024,
  }),
);
await rm(outPath, { force: true });
