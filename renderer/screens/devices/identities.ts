// What devices said of themselves when they were read from this page. Claims, kept in memory to be shown in the detail.
import { create } from 'zustand';
import type { Response } from '../../../shared/contract/contract.ts';

export type Identity = Response<'devices.read'>['identity'];

export const useIdentities = create<Readonly<Record<string, Identity>>>()(() => ({}));

export function keepIdentity(identity: Identity): void {
  if (identity.serialNumber !== null) useIdentities.setState({ [identity.serialNumber]: identity });
}
