// The seam to native code: serial ports and USB, in a process of their own, so that a crash in a driver costs the links that
// are open and nothing else.
import type { PortInfo } from '../../../shared/device.ts';
import type { Port } from '../port.ts';
import type { UsbEntry } from '../usb-table.ts';

export type Drivers = {
  /** @throws port.* */
  openPort(path: string, baudRate: number): Promise<Port>;
  listPorts(virtualDir: string, table: readonly UsbEntry[]): Promise<PortInfo[]>;
  listUsbPorts(table: readonly UsbEntry[]): Promise<PortInfo[]>;
  isUsbPortThere(port: string): Promise<boolean>;
  /** @throws port.not-found port.not-permitted */
  checkUsbPermission(port: string): Promise<void>;
  /** Calls for every USB device that comes or goes. @returns what ends it; null where the platform does not tell */
  watchUsb(onChange: () => void): Promise<(() => void) | null>;
  close(): Promise<void>;
};

/** Native code in this very process: for the drivers' own process, and for commands that list ports and end. */
export const localDrivers: Drivers = {
  openPort: async (path, baudRate) => (await import('../port.ts')).openPort(path, baudRate),
  listPorts: async (virtualDir, table) => (await import('../ports.ts')).listPorts(virtualDir, table),
  listUsbPorts: async (table) => (await import('../usb-devices.ts')).listUsbPorts(table),
  isUsbPortThere: async (port) => (await import('../usb-devices.ts')).isUsbPortThere(port),
  async checkUsbPermission(port) {
    const [{ findUsbDevice }, { checkUsbPermission }] = await Promise.all([
      import('../usb-devices.ts'),
      import('../usb-port.ts'),
    ]);
    await checkUsbPermission(port, await findUsbDevice(port));
  },
  watchUsb: async (onChange) => (await import('../usb-devices.ts')).watchUsb(onChange),
  close: async () => undefined,
};
