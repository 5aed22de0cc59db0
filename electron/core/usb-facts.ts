// What Linux says in sysfs of the USB device behind a serial port: at once, and without udev, which knows it a moment later.
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export type UsbFacts = {
  /** The socket, as the kernel names it: bus, then the ports of the hubs, for example 1-1.4. */
  readonly location: string;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
  readonly vendorId: string | null;
  readonly productId: string | null;
};

const usbDeviceName = /^\d+-\d+(?:\.\d+)*$/;
const maxDepth = 8;

/** The folder of the USB device above a tty's interface, or null when the tty is not on the USB. */
async function findUsbDir(tty: string): Promise<string | null> {
  let dir = await realpath(join('/sys/class/tty', basename(tty), 'device')).catch(() => '/');
  for (let depth = 0; depth < maxDepth && dir !== '/'; depth += 1, dir = dirname(dir))
    if (usbDeviceName.test(basename(dir))) return dir;
  return null;
}

/** @param tty for example /dev/ttyACM0 @returns null when it is not on the USB, or not on Linux */
export async function readUsbFacts(tty: string): Promise<UsbFacts | null> {
  const dir = process.platform === 'linux' ? await findUsbDir(tty) : null;
  if (dir === null) return null;
  const read = async (name: string) =>
    (await readFile(join(dir, name), 'utf8').catch(() => '')).trim() || null;
  const [manufacturer, serialNumber, vendorId, productId] = await Promise.all(
    ['manufacturer', 'serial', 'idVendor', 'idProduct'].map(read),
  );
  return {
    location: basename(dir),
    manufacturer: manufacturer ?? null,
    serialNumber: serialNumber ?? null,
    vendorId: vendorId ?? null,
    productId: productId ?? null,
  };
}
