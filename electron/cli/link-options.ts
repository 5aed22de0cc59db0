// The options of every command that opens a device: its port, login and speed, and which link to use.
import { type Command, Option } from 'commander';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { type LinkChoice, linkChoices } from '../../shared/link.ts';

export type LoginOptions = { readonly user?: string; readonly passwordEnv?: string };
export type LinkOptions = LoginOptions & {
  readonly port: string;
  readonly baud: string;
  readonly link?: LinkChoice;
};

/** `--link`; without it the station's settings decide, and where they say nothing it is `auto`. */
export const linkOption = (): Option =>
  new Option(
    '--link <kind>',
    'agent, console, or auto: the agent where one answers, else the console (default: as set for the port, else auto)',
  ).choices(linkChoices);

export const addLinkOptions = (command: Command): Command =>
  command
    .requiredOption('--port <port>', 'port of the device')
    .addOption(linkOption())
    .option('--user <user>', 'login on the console; an agent needs none')
    .option('--password-env <variable>', 'environment variable that holds the password')
    .option('--baud <rate>', 'speed of the line', '115200');

/** @throws usage.invalid */
export function baudOf(text: string): number {
  const baud = Number(text);
  if (Number.isInteger(baud) && baud >= 300 && baud <= 4_000_000) return baud;
  throw new ProvisionerError('usage.invalid', `--baud ${text}: a number from 300 to 4000000`);
}

/** User and password, or null when no user was named. */
export async function readCredentials({ user, passwordEnv }: LoginOptions) {
  if (user === undefined) return null;
  const { readPassword } = await import('./prompt.ts');
  return { user, password: await readPassword(passwordEnv, user) };
}
