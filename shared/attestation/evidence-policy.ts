// The section of a policy about evidence: which kinds, algorithms and lifecycles are accepted, whose keys are trusted, and
// the reference values. What it does not list is not accepted or not known. The fields: docs/formats/evidence.md.
import { z } from 'zod';
import { algorithmNames } from './algorithms.ts';
import { lifecycles, psaProfiles } from './psa-token.ts';

export const evidenceFormats = [...psaProfiles, 'kat', 'optee-pta', 'dice'] as const;
export type EvidenceFormat = (typeof evidenceFormats)[number];

const text = z.string().min(1).max(200);
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const uuid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const sha256 = z.string().regex(/^sha-256:[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha-(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/);
const version = z.string().regex(/^\d{1,9}(?:\.\d{1,9}){0,5}$/);

const anchor = z.strictObject({
  /** SubjectPublicKeyInfo, DER, base64. */
  spki: z.base64().max(2048),
  source: text,
  instanceId: hex(33).optional(),
  serial: text.optional(),
});

const component = z.strictObject({
  type: text,
  digest,
  signerId: z
    .string()
    .regex(/^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/)
    .optional(),
  minVersion: version.optional(),
});

export const bindingMethods = ['nonce', 'cnf', 'kat'] as const;

const implementation = z.strictObject({
  implementationId: hex(32),
  mustInclude: z.array(text).max(64).default([]),
  components: z.array(component).min(1).max(256),
  /** Secure partitions that are known to bind their own key, and how; nobody else's binding counts. */
  keyBinding: z
    .strictObject({
      clients: z.array(z.number().int().min(1)).min(1).max(64),
      methods: z.array(z.enum(bindingMethods)).min(1),
    })
    .optional(),
});

const taDigests = z.record(uuid, z.array(sha256).min(1).max(64));

const optee = z.strictObject({
  teeMemory: z.array(sha256).max(64).default([]),
  taMemory: taDigests.default({}),
  taShdr: taDigests.default({}),
  /** TAs that are known to make the nonce of their memory evidence from their own key. */
  keyBinding: z.array(uuid).max(64).default([]),
});

const dice = z.strictObject({
  roots: z
    .array(z.strictObject({ certificate: z.string().max(16_384), source: text }))
    .max(64)
    .default([]),
  fwid: z.array(sha256).max(256).default([]),
});

export const evidencePolicySchema = z.strictObject({
  accept: z.array(z.enum(evidenceFormats)).min(1),
  algorithms: z.array(z.enum(algorithmNames)).min(1).default(['ES256', 'ES384', 'ES512', 'PS256']),
  allowTestKeys: z.boolean().default(false),
  maxAgeSeconds: z.number().int().min(1).max(86_400).default(120),
  lifecycle: z.array(z.enum(lifecycles)).min(1).default(['secured']),
  rsaMinBits: z.number().int().min(2048).max(4096).default(2048),
  anchors: z.array(anchor).max(10_000).default([]),
  implementations: z.array(implementation).max(256).default([]),
  optee: optee.default({ teeMemory: [], taMemory: {}, taShdr: {}, keyBinding: [] }),
  dice: dice.default({ roots: [], fwid: [] }),
});

export type EvidencePolicy = z.infer<typeof evidencePolicySchema>;
export type Implementation = EvidencePolicy['implementations'][number];

/** For a policy that says nothing of evidence: every kind is looked at, nobody is trusted, nothing is known. */
export const silentEvidencePolicy: EvidencePolicy = evidencePolicySchema.parse({ accept: evidenceFormats });
