// The login on a device's console: kept in this page's memory alone, and shared by the screens that need it.
import { create } from 'zustand';
import type { Request } from '../../shared/contract/contract.ts';
import { useWords } from '../words/words.ts';
import { Choice, Field } from './controls.tsx';

type Login = { readonly user: string; readonly password: string; readonly baud: string };

const useLogin = create<Login>()(() => ({ user: '', password: '', baud: '115200' }));

const speeds = ['9600', '19200', '38400', '57600', '115200', '230400', '460800', '921600'];

export type LinkRequest = Pick<Request<'devices.read'>, 'baudRate' | 'credentials'>;

/** What was typed, as calls take it. */
export const linkRequest = (): LinkRequest => {
  const { user, password, baud } = useLogin.getState();
  return { baudRate: Number(baud), credentials: user === '' ? null : { user, password } };
};

export function LoginFields() {
  const t = useWords();
  const { user, password, baud } = useLogin();
  return (
    <div className="login">
      <Field
        label={t('devices.user')}
        value={user}
        onChange={(value) => useLogin.setState({ user: value })}
      />
      <Field
        label={t('devices.password')}
        type="password"
        value={password}
        onChange={(value) => useLogin.setState({ password: value })}
      />
      <Choice
        label={t('devices.baud')}
        value={baud}
        onChange={(value) => useLogin.setState({ baud: value })}
        options={speeds.map((speed) => ({ id: speed, title: speed }))}
      />
    </div>
  );
}
