// How many ES256 tokens a station judges a second on one core, from bytes to findings; and a hundred thousand changed ones,
// of which each must be refused with a reason of the table or say what was signed.
import { sign, verify } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { openAnchors } from '../electron/core/attestation/anchors.ts';
import { judgeEvidence } from '../electron/core/attestation/judge-evidence.ts';
import { verifySignature } from '../electron/core/attestation/signature.ts';
import { encodeSigStructure, parseCose } from '../shared/attestation/cose.ts';
import * as made from '../test/helpers/evidence.ts';
import { judgeMutations } from '../test/helpers/mutated-evidence.ts';
import { type Bench, median } from './table.ts';

const rounds = 5;
const tokensPerRound = 5000;
const mutations = 100_000;

/** Middle rate of several rounds, after one that warms up. */
function rateOf(run: (at: number) => void): number {
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const startMs = performance.now();
    for (let at = 0; at < tokensPerRound; at += 1) run(at);
    rates.push((tokensPerRound * 1000) / (performance.now() - startMs));
  }
  return median(rates.slice(1));
}

/** Different tokens, so that nothing can be remembered. */
const tokens = Array.from({ length: 500 }, () => made.psaToken());

const message = new Uint8Array(400);
const bare = { key: made.iak.privateKey, dsaEncoding: 'ieee-p1363' } as const;
const signature = sign('sha256', message, bare);

/** The signature alone, which no parsing can be faster than. */
const verifyBare = () =>
  verify('sha256', message, { key: made.iak.publicKey, dsaEncoding: 'ieee-p1363' }, signature);

export const bench: Bench = {
  name: 'attestation',
  async run(report) {
    const policy = made.policyOf();
    const anchors = openAnchors(policy);
    const context = made.contextOf({ policy });
    const records = tokens.map(made.tokenRecord);
    const [anchor] = [...anchors.byInstance.values()].flat();
    if (!anchor) throw new Error('no anchor');
    const verifyRate = rateOf((at) => {
      const cose = parseCose(tokens[at % tokens.length] as Uint8Array);
      if (cose.kind !== 'sign1') throw new Error('not signed');
      verifySignature(anchor, { ...cose, message: encodeSigStructure(cose) });
    });
    report({
      name: 'ES256 tokens parsed and verified',
      value: verifyRate,
      unit: '/s',
      target: { atLeast: 5000 },
      note: `one core, warm; node:crypto alone in the same run: ${Math.round(rateOf(verifyBare))} /s`,
    });
    const judgeRate = rateOf((at) => {
      const result = judgeEvidence(
        records[at % records.length] as (typeof records)[number],
        anchors,
        context,
      );
      if (result.level !== 'L4') throw new Error(`judged ${result.level}`);
    });
    report({
      name: 'ES256 evidence judged to L4',
      value: judgeRate,
      unit: '/s',
      note: 'claims, measurements and key binding as well',
    });
    const startMs = performance.now();
    let believed = 0;
    const { reasons } = judgeMutations(mutations, ({ content }, genuine) => {
      if (!isDeepStrictEqual(content, genuine.content)) believed += 1;
    });
    report({
      name: 'changed evidence that was believed, of 100 000',
      value: believed,
      unit: '',
      target: { atMost: 0 },
      note: `${reasons.size} reasons; ${Math.round((performance.now() - startMs) / 1000)} s`,
    });
  },
};
