// A package that is being put together.
import { create } from 'zustand';
import type { Request, Response } from '../../../shared/contract/contract.ts';
import type { ErrorData, FileInfo } from '../../../shared/contract/values.ts';
import { ask } from '../../actions.ts';
import { useDesk } from '../../store.ts';

export type Draft = {
  readonly payload: FileInfo | null;
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly profile: string;
  readonly keyName: string;
  readonly certificate: FileInfo | null;
  readonly signing: 'here' | 'outside';
  readonly signingKey: FileInfo | null;
  readonly passphrase: string;
  readonly allowKeyReuse: boolean;
  readonly isDemo: boolean;
};

type Build =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'built'; readonly result: Response<'packages.build'> };

export const useDraft = create<Draft>()(() => ({
  payload: null,
  id: '',
  name: '',
  vendor: '',
  version: '1.0.0',
  profile: 'trustbox-edge-201',
  keyName: '',
  certificate: null,
  signing: 'here',
  signingKey: null,
  passphrase: '',
  allowKeyReuse: false,
  isDemo: false,
}));

export const useBuild = create<{ readonly build: Build }>()(() => ({ build: { kind: 'idle' } }));

export const change = (part: Partial<Draft>): void => useDraft.setState(part);

export type Missing = 'payload' | 'about' | 'key' | 'certificate' | 'signing-key' | 'nothing';

/** What is to be given next, in the order of the form. Pure. */
export function missingOf(draft: Draft): Missing {
  if (!draft.payload) return 'payload';
  if ([draft.id, draft.name, draft.vendor, draft.version].some((text) => text.trim() === '')) return 'about';
  if (draft.keyName === '') return 'key';
  if (!draft.certificate) return 'certificate';
  return draft.signing === 'here' && !draft.signingKey ? 'signing-key' : 'nothing';
}

/** The request, or null while something is missing. */
export function requestOf(draft: Draft): Request<'packages.build'> | null {
  const { payload, certificate, signing, signingKey, passphrase, ...rest } = draft;
  if (missingOf(draft) !== 'nothing' || !payload || !certificate) return null;
  return {
    ...rest,
    payload: payload.token,
    certificate: certificate.token,
    signingKey: signing === 'here' && signingKey ? { file: signingKey.token, passphrase } : null,
  };
}

export async function build(request: Request<'packages.build'>): Promise<void> {
  useDesk.setState({ building: null });
  useBuild.setState({ build: { kind: 'running' } });
  const reply = await ask('packages.build', request);
  useBuild.setState({
    build: reply.ok ? { kind: 'built', result: reply.value } : { kind: 'refused', error: reply.error },
  });
  change({ passphrase: '' });
}
