// The options of `trustbox-agent`.
import { parseArgs } from 'node:util';
import { ProvisionerError } from '../../shared/errors/error.ts';

/** What the agent serves: a tty, or a mounted FunctionFS. */
export type AgentCarrier =
  | { readonly kind: 'serial'; readonly path: string; readonly baudRate: number }
  | { readonly kind: 'usb'; readonly dir: string };

export type AgentOptions = {
  readonly carrier: AgentCarrier;
  readonly stateDir: string;
  readonly cpmSocket: string | null;
  readonly wrapSuites: readonly string[];
};

const spec = {
  port: { type: 'string' },
  usb: { type: 'string' },
  baud: { type: 'string', default: '115200' },
  state: { type: 'string', default: '/var/lib/trustbox-agent' },
  'cpm-socket': { type: 'string' },
  'wrap-suite': { type: 'string', multiple: true, default: ['rsaes-pkcs1-v1_5'] as string[] },
  help: { type: 'boolean', default: false },
} as const;

export const usage = `Usage: trustbox-agent --port PATH | --usb DIR [options]

Serves one station over a serial line or USB bulk. Runs until SIGTERM; needs no root, only the port and its own folder.

  --port PATH        the line: /dev/ttyGS0 for a USB gadget, /dev/ttymxc1 for a UART
  --usb DIR          a mounted FunctionFS, with one bulk endpoint each way
  --baud B           speed of the line (115200); a USB gadget has none and takes any
  --state DIR        where packages are staged (/var/lib/trustbox-agent)
  --cpm-socket PATH  a CPM that takes single calls there; without it cpk-tool makes them
  --wrap-suite NAME  how a class key may be wrapped for this image's CPM (rsaes-pkcs1-v1_5; repeatable)

Exit status: 0 after SIGTERM, 2 wrong usage.`;

function parseValues(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: spec }).values;
  } catch (error) {
    throw new ProvisionerError('usage.invalid', (error as Error).message);
  }
}

/** @throws usage.invalid */
function carrierOf({ port, usb, baud }: ReturnType<typeof parseValues>): AgentCarrier {
  const baudRate = Number(baud);
  if ((port === undefined) === (usb === undefined))
    throw new ProvisionerError('usage.invalid', 'one of --port and --usb is needed');
  if (!Number.isInteger(baudRate) || baudRate < 300 || baudRate > 4_000_000)
    throw new ProvisionerError('usage.invalid', '--baud: a number from 300 to 4000000');
  return usb === undefined ? { kind: 'serial', path: port ?? '', baudRate } : { kind: 'usb', dir: usb };
}

/** @returns null when help was asked for @throws usage.invalid */
export function parseAgentOptions(argv: readonly string[]): AgentOptions | null {
  const values = parseValues(argv);
  if (values.help) return null;
  return {
    carrier: carrierOf(values),
    stateDir: values.state,
    cpmSocket: values['cpm-socket'] ?? null,
    wrapSuites: values['wrap-suite'],
  };
}
