// Which ports are there now. A port that cannot be looked at never hides the others.
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PortInfo } from '../../shared/device.ts';

const text = (value: string | undefined): string | null => value || null;

/** Motherboard UARTs that Linux lists whether or not there is a chip behind them carry no ids at all. */
const isPhantom = (port: {
  path: string;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
}): boolean => /^\/dev\/ttyS\d+$/.test(port.path) && !port.vendorId && !port.pnpId;

async function listSerial(): Promise<PortInfo[]> {
  const { SerialPort } = await import('serialport');
  const found = await SerialPort.list();
  return found
    .filter((port) => !isPhantom(port))
    .map((port) => ({
      port: port.path,
      manufacturer: text(port.manufacturer),
      serialNumber: text(port.serialNumber),
      vendorId: text(port.vendorId),
      productId: text(port.productId),
      location: text(port.locationId) ?? text(port.pnpId),
      virtual: false,
    }));
}

/** Links that `trustbox virtual` made; a dangling one belongs to a box that is gone. */
async function listVirtual(dir: string): Promise<PortInfo[]> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const ports = names
    .filter((name) => name.startsWith('ttyVBX-'))
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
});

/** Every port with what the platform says of it; virtual boxes last. */
export async function listPorts(virtualDir: string): Promise<PortInfo[]> {
  const [serial, virtual] = await Promise.all([
    listSerial().catch(() => [] as PortInfo[]),
    listVirtual(virtualDir),
  ]);
  return [...serial, ...virtual];
}
