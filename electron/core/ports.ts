// Which ports are there now: serial ones, USB bulk links, virtual boxes. A port that cannot be looked at never hides the others.
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PortInfo } from '../../shared/device.ts';
import { isVirtualName } from './port-events.ts';
import { listUsbPorts } from './usb-devices.ts';
import { readUsbFacts } from './usb-facts.ts';
import { defaultUsbTable, gadgetOf, type UsbEntry } from './usb-table.ts';

const text = (value: string | undefined): string | null => value || null;

/** Motherboard UARTs that Linux lists whether or not there is a chip behind them carry no ids at all. */
const isPhantom = (port: {
  path: string;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
}): boolean => /^\/dev\/ttyS\d+$/.test(port.path) && !port.vendorId && !port.pnpId;

type Listed = Awaited<ReturnType<typeof import('serialport')['SerialPort']['list']>>[number];

async function describe(port: Listed, table: readonly UsbEntry[]): Promise<PortInfo> {
  const usb = await readUsbFacts(port.path);
  const ids = {
    vendorId: text(port.vendorId) ?? usb?.vendorId ?? null,
    productId: text(port.productId) ?? usb?.productId ?? null,
  };
  return {
    port: port.path,
    manufacturer: text(port.manufacturer) ?? usb?.manufacturer ?? null,
    serialNumber: text(port.serialNumber) ?? usb?.serialNumber ?? null,
    ...ids,
    location: usb?.location ?? text(port.locationId) ?? text(port.pnpId),
    virtual: false,
    gadget: gadgetOf(table, ids),
  };
}

async function listSerial(table: readonly UsbEntry[]): Promise<PortInfo[]> {
  const { SerialPort } = await import('serialport');
  const found = await SerialPort.list();
  return Promise.all(found.filter((port) => !isPhantom(port)).map((port) => describe(port, table)));
}

/** Links that `trustbox virtual` made; a dangling one belongs to a box that is gone. */
async function listVirtual(dir: string): Promise<PortInfo[]> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const ports = names
    .filter(isVirtualName)
    .toSorted()
    .map(async (name) => {
      const target = await readlink(join(dir, name)).catch(() => null);
      return target === null ? null : virtualPort(join(dir, name), name);
    });
  return (await Promise.all(ports)).filter((port) => port !== null);
}

const virtualPort = (port: string, name: string): PortInfo => ({
  port,
  manufacturer: 'TrustBox virtual',
  serialNumber: name.replace('ttyVBX-', ''),
  vendorId: null,
  productId: null,
  location: null,
  virtual: true,
  gadget: null,
});

/** Every port with what the platform says of it; virtual boxes last. Opens nothing. */
export async function listPorts(
  virtualDir: string,
  table: readonly UsbEntry[] = defaultUsbTable,
): Promise<PortInfo[]> {
  const [serial, usb, virtual] = await Promise.all([
    listSerial(table).catch(() => [] as PortInfo[]),
    listUsbPorts(table),
    listVirtual(virtualDir),
  ]);
  return [...serial, ...usb, ...virtual];
}
