// The options of `trustbox virtual`, for tests and for training.
import { parseArgs } from 'node:util';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { type Attack, attacks, type EvidenceKind, evidenceKinds } from './evidence/attacks.ts';

/** Names in prompts and in a shell's start-up file. */
const plainName = /^[A-Za-z_][A-Za-z0-9_-]{0,31}$/;

export type PowerLoss =
  | { readonly at: 'sync' | 'install' }
  | { readonly at: 'transfer'; readonly afterBytes: number };

export type BoxOptions = {
  readonly profile: 'stock' | 'checking';
  readonly baud: number | null;
  readonly maxBaud: number;
  readonly user: string;
  readonly password: string;
  readonly shell: 'bash' | 'busybox';
  readonly isRoot: boolean;
  readonly mode: 'login' | 'shell' | 'silent' | 'no-prompt' | 'agent';
  /** Where the agent serves instead of the box's pty: a tty, or a mounted FunctionFS. */
  readonly gadget: string | null;
  readonly loginDelaySeconds: number;
  readonly chatterPerSecond: number;
  readonly lossRate: number;
  readonly corruptRate: number;
  readonly stripBit7: boolean;
  readonly seed: number;
  readonly slowShellMs: number;
  readonly powerLoss: PowerLoss | null;
  /** No file over 256 KiB can be written. */
  readonly isDiskFull: boolean;
  /** What df reports; null: the truth. */
  readonly freeBytes: number | null;
  readonly wrongKey: boolean;
  readonly rejectInstall: boolean;
  /** Empty: a stock box, whose TEE attests nothing. */
  readonly evidence: readonly EvidenceKind[];
  readonly attack: Attack | null;
  readonly hide: readonly string[];
};

export type ProgramOptions = {
  readonly count: number;
  readonly json: boolean;
  readonly withParent: boolean;
  readonly portLinks: string | null;
  readonly serialBase: number;
  readonly box: BoxOptions;
};

const text = (value: string) => ({ type: 'string', default: value }) as const;
const flag = { type: 'boolean', default: false } as const;

const spec = {
  count: text('1'),
  json: flag,
  'with-parent': flag,
  'port-links': { type: 'string' },
  'serial-base': text('1'),
  help: flag,
  profile: text('stock'),
  baud: { type: 'string' },
  'max-baud': text('4000000'),
  user: text('admin'),
  password: text('trust'),
  shell: text('bash'),
  root: flag,
  'no-login': flag,
  silent: flag,
  agent: flag,
  gadget: { type: 'string' },
  'no-prompt': flag,
  'login-delay': text('1'),
  'kernel-chatter': text('0'),
  loss: text('0'),
  corrupt: text('0'),
  'not-8bit': flag,
  seed: text('1'),
  'slow-shell': text('0'),
  'power-loss': { type: 'string' },
  'disk-full': flag,
  'free-bytes': { type: 'string' },
  'wrong-key': flag,
  'reject-install': flag,
  evidence: { type: 'string', multiple: true, default: [] as string[] },
  attack: { type: 'string' },
  'no-tool': { type: 'string', multiple: true, default: [] as string[] },
} as const;

export const usage = `Usage: trustbox virtual [options]

Starts virtual TrustBoxes, each on a real pty, and prints one line per box when it is ready. Runs until SIGTERM.

  --count N               how many boxes (1 to 64)
  --json                  print {"port","serial","profile","user","password"} per box
  --profile stock|checking  the reference CPM, or one that checks digest and signature
  --baud B                pace the line to B baud; another speed at the station's end gives garbage
  --max-baud B            the fastest the line can be raised to
  --user U --password P   login on the console (admin, trust)
  --shell bash|busybox    the shell behind the login
  --root                  a root prompt
  --no-login              a shell is already there
  --agent                 our agent serves the line; there is no console
  --gadget PATH           it serves this tty of a USB gadget, or this mounted FunctionFS folder, instead of a pty
  --silent, --no-prompt   a box that says nothing, or never asks for a login
  --login-delay S         pause after a wrong password
  --kernel-chatter N      N kernel messages a second on the console
  --loss R, --corrupt R   share of bytes lost or changed (0.001); --seed N repeats them
  --not-8bit              the line strips the eighth bit
  --slow-shell MS         every prompt takes MS longer
  --power-loss sync|install|transfer:BYTES   the box loses power there, once
  --disk-full             files over 256 KiB cannot be written
  --free-bytes N          what df reports
  --wrong-key             the box shows a public key that its CPM does not hold
  --reject-install        secure storage refuses every image
  --evidence KIND         the TEE attests: psa, psa-2.0.0, psa-iot-1, kat, optee-pta or dice (repeatable)
  --attack NAME           and cheats: replayed-nonce, stale, other-device, substituted-key, stripped-component,
                          downgraded-version, debug-lifecycle, test-key, alg-confusion, wrong-curve, truncated, padded
  --no-tool NAME          leave a program off the box's PATH (repeatable)
  --serial-base N         number of the first box

Example: trustbox virtual --count 2 --baud 115200 --json`;

const invalid = (message: string) => new ProvisionerError('usage.invalid', message);

const oneOf = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw invalid(`--${name}: ${allowed.join(' or ')}`);
  return found;
};

function numberOf(name: string, value: string, range: { min: number; max: number }): number {
  const number = Number(value);
  if (value === '' || !(number >= range.min && number <= range.max))
    throw invalid(`--${name}: a number from ${range.min} to ${range.max}`);
  return number;
}

function userOf(value: string): string {
  if (plainName.test(value)) return value;
  throw invalid('--user: letters, digits, dash and underscore, at most 32');
}

function parsePowerLoss(value: string | undefined): PowerLoss | null {
  if (value === undefined) return null;
  const [at = '', bytes = ''] = value.split(':');
  if (at === 'transfer')
    return { at, afterBytes: numberOf('power-loss transfer', bytes, { min: 1, max: 2 ** 31 }) };
  return { at: oneOf('power-loss', at, ['sync', 'install']) };
}

function parseValues(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: spec }).values;
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

const rate = { min: 0, max: 1 };
const baudRange = { min: 300, max: 4_000_000 };

/** @returns null when help was asked for @throws usage.invalid */
export function parseOptions(argv: readonly string[]): ProgramOptions | null {
  const values = parseValues(argv);
  if (values.help) return null;
  const mode =
    values.agent || values.gadget !== undefined
      ? 'agent'
      : values.silent
        ? 'silent'
        : values['no-prompt']
          ? 'no-prompt'
          : values['no-login']
            ? 'shell'
            : 'login';
  return {
    count: numberOf('count', values.count, { min: 1, max: 64 }),
    json: values.json,
    withParent: values['with-parent'],
    portLinks: values['port-links'] ?? null,
    serialBase: numberOf('serial-base', values['serial-base'], { min: 0, max: 9999 }),
    box: {
      profile: oneOf('profile', values.profile, ['stock', 'checking']),
      baud: values.baud === undefined ? null : numberOf('baud', values.baud, baudRange),
      maxBaud: numberOf('max-baud', values['max-baud'], baudRange),
      user: userOf(values.user),
      password: values.password,
      shell: oneOf('shell', values.shell, ['bash', 'busybox']),
      isRoot: values.root,
      mode,
      gadget: values.gadget ?? null,
      loginDelaySeconds: numberOf('login-delay', values['login-delay'], { min: 0, max: 60 }),
      chatterPerSecond: numberOf('kernel-chatter', values['kernel-chatter'], { min: 0, max: 1000 }),
      lossRate: numberOf('loss', values.loss, rate),
      corruptRate: numberOf('corrupt', values.corrupt, rate),
      stripBit7: values['not-8bit'],
      seed: numberOf('seed', values.seed, { min: 0, max: 2 ** 31 }),
      slowShellMs: numberOf('slow-shell', values['slow-shell'], { min: 0, max: 60_000 }),
      powerLoss: parsePowerLoss(values['power-loss']),
      isDiskFull: values['disk-full'],
      freeBytes:
        values['free-bytes'] === undefined
          ? null
          : numberOf('free-bytes', values['free-bytes'], { min: 0, max: 2 ** 40 }),
      wrongKey: values['wrong-key'],
      rejectInstall: values['reject-install'],
      evidence: values.evidence.map((kind) => oneOf('evidence', kind, evidenceKinds)),
      attack: values.attack === undefined ? null : oneOf('attack', values.attack, attacks),
      hide: values['no-tool'],
    },
  };
}
