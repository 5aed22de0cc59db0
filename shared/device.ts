// What a device says of itself, and names for it. Everything here is a claim until a verdict says otherwise.

/** Behaviour families of the Confidential Package Manager (facts: the reference CPM checks nothing; a checking one does). */
export type CpmModel = 'reference' | 'checking' | 'unknown';

/** Identity as read over the link just now. `null`: the device did not say. */
export type DeviceIdentity = {
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly hostname: string | null;
  readonly kernel: string | null;
  /** Changes with every boot (/proc/sys/kernel/random/boot_id). */
  readonly bootId: string | null;
  /** True when a TEE device node (/dev/tee0 or /dev/teepriv0) is present. */
  readonly teeDevice: boolean;
  /** What the kernel or the device tree says of OP-TEE, or null when nothing does. */
  readonly optee: string | null;
  /** Path of cpk-tool on the device, or null when it is not on the PATH. */
  readonly cpkTool: string | null;
  readonly cpmModel: CpmModel;
  /** Free bytes where packages are staged. */
  readonly freeBytes: number | null;
  /** Device clock minus station clock, milliseconds. */
  readonly clockOffsetMs: number | null;
};

/** Where a device is plugged in. */
export type PortInfo = {
  /** Path or name that opens it, e.g. /dev/ttyUSB0 or COM3. */
  readonly port: string;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
  readonly vendorId: string | null;
  readonly productId: string | null;
  /** The socket that it is in: on Linux the USB path, e.g. 1-1.4; null where the platform does not say. */
  readonly location: string | null;
  readonly virtual: boolean;
  /** A TrustBox with our agent, by vendor and product id, and how it is reached; null for everything else. */
  readonly gadget: 'serial' | 'bulk' | null;
};
