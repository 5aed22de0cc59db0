// USB gadgets through configfs, as a box makes them: one function each, plugged in and pulled out by writing to `UDC`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type GadgetOptions = {
  readonly name: string;
  readonly productId: string;
  readonly serialNumber: string;
  /** For example `acm.usb0` or `ffs.agent0`. */
  readonly function: string;
};

export type Gadget = {
  /** Binds it to a device controller, which is what plugging the cable in does. */
  plug(udc: string): void;
  unplug(): void;
};

const root = '/sys/kernel/config/usb_gadget';
const testVendor = '0x1209';

/** Device controllers, one for each port of the virtual hub, in order. */
export const listUdcs = (): string[] => readdirSync('/sys/class/udc').toSorted();

export function makeGadget(options: GadgetOptions): Gadget {
  const dir = join(root, options.name);
  const put = (file: string, text: string) => writeFileSync(join(dir, file), text);
  for (const part of ['strings/0x409', 'configs/c.1', join('functions', options.function)])
    mkdirSync(join(dir, part), { recursive: true });
  put('idVendor', testVendor);
  put('idProduct', `0x${options.productId}`);
  put('strings/0x409/manufacturer', 'Scalys');
  put('strings/0x409/product', 'TrustBox Edge 201');
  put('strings/0x409/serialnumber', options.serialNumber);
  symlinkSync(join(dir, 'functions', options.function), join(dir, 'configs/c.1', options.function));
  return { plug: (udc) => put('UDC', udc), unplug: () => unbind(put) };
}

/** A gadget whose program died was unbound by the kernel. */
function unbind(put: (file: string, text: string) => void): void {
  try {
    put('UDC', '\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENODEV') throw error;
  }
}

/** Mounts the FunctionFS of a function `ffs.NAME`, whose gadget folder must be there. @returns where */
export function mountFfs(name: string): string {
  const dir = join('/run', `ffs-${name}`);
  mkdirSync(dir, { recursive: true });
  execFileSync('mount', ['-t', 'functionfs', name, dir]);
  return dir;
}
