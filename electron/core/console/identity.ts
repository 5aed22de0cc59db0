// Who the box says it is: one script, one answer. On a real box TRUSTBOX_ROOT is unset and the paths are Linux's own;
// a virtual box sets it to its own tree.
import type { DeviceIdentity } from '../../../shared/device.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Clock } from '../clock.ts';
import { cleanScreen } from './screen.ts';
import type { RunOptions, Shell } from './shell.ts';

/** One `name=value` line per fact; a fact the box does not tell is left out. */
const script = [
  'p() { [ -n "$2" ] && printf \'%s=%s\\n\' "$1" "$2"; }',
  'f() { [ -r "$2" ] && p "$1" "$(tr -d \'\\000\' < "$2" | head -n 1)"; }',
  'f model "$R/proc/device-tree/model"; f serial "$R/proc/device-tree/serial-number"; f boot "$R/proc/sys/kernel/random/boot_id"',
  '[ -r "$R/sys/class/dmi/id/product_serial" ] && f dmi "$R/sys/class/dmi/id/product_serial"',
  'f optee "$R/proc/device-tree/firmware/optee/compatible"; p host "$(hostname)"; p kernel "$(uname -sr)"',
  '{ [ -e "$R/dev/tee0" ] || [ -e "$R/dev/teepriv0" ]; } && p tee yes',
  'p tool "$(command -v cpk-tool)"; p clock "$(date +%s)"; p free "$(df -Pk . | tail -n 1 | tr -s \' \' | cut -d \' \' -f 4)"',
].join('\n');

const maxValueChars = 200;

function parseFacts(output: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const line of cleanScreen(output).split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) facts.set(line.slice(0, at), line.slice(at + 1, at + 1 + maxValueChars).trim());
  }
  return facts;
}

const numberOrNull = (value: string | undefined): number | null =>
  value && /^\d{1,15}$/.test(value) ? Number(value) : null;

/** The identity in the box's answer. Pure. */
export function parseIdentity(output: string, stationNow: Date): DeviceIdentity {
  const facts = parseFacts(output);
  const word = (name: string) => facts.get(name) || null;
  const clock = numberOrNull(facts.get('clock'));
  const freeKib = numberOrNull(facts.get('free'));
  return {
    model: word('model'),
    serialNumber: word('serial') ?? word('dmi'),
    hostname: word('host'),
    kernel: word('kernel'),
    bootId: word('boot'),
    teeDevice: facts.get('tee') === 'yes',
    optee: word('optee'),
    cpkTool: word('tool'),
    cpmModel: 'unknown',
    freeBytes: freeKib === null ? null : freeKib * 1024,
    // The box tells whole seconds.
    clockOffsetMs: clock === null ? null : clock * 1000 - Math.floor(stationNow.getTime() / 1000) * 1000,
  };
}

/** @throws device.bad-answer console.timeout console.rebooted port.lost */
export async function readIdentity(
  shell: Shell,
  clock: Clock,
  options: RunOptions = {},
): Promise<DeviceIdentity> {
  const { output } = await shell.run(script, options);
  const identity = parseIdentity(output, clock.now());
  if (identity.bootId !== null || identity.kernel !== null) return identity;
  throw new ProvisionerError('device.bad-answer', 'the identity script gave nothing that can be used');
}
