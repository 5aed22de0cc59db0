// What is on the USB now, and when that changes. A device is named by the socket that it is in, `usb:VID:PID:BUS-PORT.PORT`, so
// that the same box in the same socket has the same name after every plugging-in.
import type { PortInfo } from '../../shared/device.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { gadgetOf, type UsbEntry } from './usb-table.ts';

export type UsbEndpoint = {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly packetSize: number;
};

/** What we use of a device of the `usb` package. Transfers take a deadline that its types leave out. */
export type UsbDevice = {
  readonly vendorId: number;
  readonly productId: number;
  readonly bus: string;
  readonly address: number;
  readonly ports: readonly number[];
  readonly manufacturerName: string | null;
  readonly serialNumber: string | null;
  readonly configuration: {
    readonly interfaces: readonly {
      readonly interfaceNumber: number;
      readonly alternate: { readonly interfaceClass: number; readonly endpoints: readonly UsbEndpoint[] };
    }[];
  } | null;
  open(): Promise<void>;
  close(): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  transferIn(endpointNumber: number, lengthBytes: number, timeoutMs: number): Promise<{ data?: DataView }>;
  transferOut(
    endpointNumber: number,
    bytes: Uint8Array,
    timeoutMs: number,
  ): Promise<{ bytesWritten: number }>;
};

const usbPrefix = 'usb:';
export const isUsbPort = (port: string): boolean => port.startsWith(usbPrefix);
const hex4 = (value: number) => value.toString(16).padStart(4, '0');

/** The socket: on Linux the name that the kernel and `lsusb -t` give it, for example 1-1.4. */
export function socketOf({ bus, ports }: Pick<UsbDevice, 'bus' | 'ports'>): string {
  const hub = /^\d+$/.test(bus) ? String(Number(bus)) : bus.replace(/[^\w.]+/g, '_');
  return `${hub}-${ports.join('.')}`;
}

export const portNameOf = (device: Pick<UsbDevice, 'vendorId' | 'productId' | 'bus' | 'ports'>): string =>
  `${usbPrefix}${hex4(device.vendorId)}:${hex4(device.productId)}:${socketOf(device)}`;

/** The native part is loaded when it is needed; a machine that it does not fit has no USB links and everything else. */
const loadUsb = async () => (await import('usb')).usb;

/** Every device, ours or not. @throws Error when the platform's USB cannot be asked */
async function listDevices(): Promise<readonly UsbDevice[]> {
  const usb = await loadUsb();
  return (await usb.getDevices()) as unknown as readonly UsbDevice[];
}

/** Text that may have to be asked of the device, which may refuse or be gone. */
function textOf(read: () => string | null): string | null {
  try {
    return read() || null;
  } catch {
    return null;
  }
}

const portInfoOf = (device: UsbDevice): PortInfo => ({
  port: portNameOf(device),
  manufacturer: textOf(() => device.manufacturerName),
  serialNumber: textOf(() => device.serialNumber),
  vendorId: hex4(device.vendorId),
  productId: hex4(device.productId),
  location: socketOf(device),
  virtual: false,
  gadget: 'bulk',
});

const idsOf = (device: UsbDevice) => ({
  vendorId: hex4(device.vendorId),
  productId: hex4(device.productId),
});

/** Bulk devices of the table; none where USB cannot be asked. */
export async function listUsbPorts(table: readonly UsbEntry[]): Promise<PortInfo[]> {
  const devices = await listDevices().catch(() => []);
  return devices.filter((device) => gadgetOf(table, idsOf(device)) === 'bulk').map(portInfoOf);
}

export const isUsbPortThere = async (port: string): Promise<boolean> =>
  (await listDevices().catch(() => [])).some((device) => portNameOf(device) === port);

/** The device of a port name. @throws port.not-found */
export async function findUsbDevice(port: string): Promise<UsbDevice> {
  const devices = await listDevices().catch((cause: unknown) => {
    throw new ProvisionerError('port.not-found', `${port}: USB cannot be asked here`, { cause });
  });
  const found = devices.find((device) => portNameOf(device) === port);
  if (found) return found;
  throw new ProvisionerError('port.not-found', `${port}: not there`, { details: { port } });
}

/**
 * Calls for every device that comes or goes, whichever it is. The package's own listeners leave what fails unhandled where
 * there is no USB; its emitter below them tells.
 * @returns what ends it; null where the platform does not tell
 */
export async function watchUsb(onChange: () => void): Promise<(() => void) | null> {
  try {
    const { Emitter } = await import('usb/index.js');
    const emitter = new Emitter();
    await emitter.addAttach(onChange);
    await emitter.addDetach(onChange);
    return () => {
      for (const ended of [emitter.removeAttach(), emitter.removeDetach()]) ended.catch(() => undefined);
    };
  } catch {
    return null;
  }
}
