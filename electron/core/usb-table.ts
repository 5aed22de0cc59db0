// Which USB devices are TrustBoxes with our agent, by vendor and product id. 1209 is pid.codes' open range: a maker ships its
// own ids and gives them to its stations as `usbDevices` in settings.json, which replaces this table.
import { z } from 'zod';

const usbId = z.string().regex(/^[0-9a-f]{4}$/, 'four lower-case hex digits');

export const usbEntry = z.strictObject({
  vendorId: usbId,
  productId: usbId,
  /** How the agent is reached: a serial port of the operating system, or bulk transfers. */
  gadget: z.enum(['serial', 'bulk']),
});
export type UsbEntry = z.infer<typeof usbEntry>;

export const defaultUsbTable: readonly UsbEntry[] = [
  { vendorId: '1209', productId: '7b01', gadget: 'serial' },
  { vendorId: '1209', productId: '7b02', gadget: 'bulk' },
];

/** @returns null for what is not in the table, and for a device without ids */
export function gadgetOf(
  table: readonly UsbEntry[],
  { vendorId, productId }: { readonly vendorId: string | null; readonly productId: string | null },
): UsbEntry['gadget'] | null {
  const found = table.find(
    (entry) => entry.vendorId === vendorId?.toLowerCase() && entry.productId === productId?.toLowerCase(),
  );
  return found?.gadget ?? null;
}
