// The `trustbox` command: the engine with words and exit statuses around it.
import { Command, CommanderError } from 'commander';
import { entryOf, ProvisionerError } from '../../shared/errors/error.ts';
import { addAttestCommand } from './commands/attest.ts';
import { addDeviceCommands } from './commands/devices.ts';
import { addErrorsCommand } from './commands/errors.ts';
import { addEvidenceCommands } from './commands/evidence.ts';
import { addKeyCommands } from './commands/key.ts';
import { addLoadCommands } from './commands/load.ts';
import { addPackageCommands } from './commands/package.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addRecordCommands } from './commands/records.ts';
import { addStationCommand } from './commands/station.ts';
import { addTrustCommands } from './commands/trust.ts';
import { addVirtualCommand } from './commands/virtual.ts';
import { printError } from './output.ts';

const overview = `
Examples:
  trustbox virtual --count 1 --json
  trustbox read --port /dev/ttyUSB0 --user admin --password-env BOX_PASSWORD
  trustbox load --port /dev/ttyUSB0 --package pump.cpk --key pump-controller --user admin \\
      --password-env BOX_PASSWORD --operator "J. Jansen" --reason "work order 4711"

Environment:
  TRUSTBOX_HOME           where the station keeps its data
  TRUSTBOX_PASSPHRASE     opens the vault without a prompt
  TRUSTBOX_RECOVERY_CODE  opens its second lock, where it has one

Exit status 0 means done; every other status belongs to error codes: see \`trustbox errors\`.`;

function buildProgram(): Command {
  const program = new Command('trustbox')
    .description('Provision TrustBox edge gateways: read, judge, build, load, record.')
    .addHelpText('after', overview)
    .showSuggestionAfterError()
    .exitOverride();
  addDeviceCommands(program);
  addKeyCommands(program);
  addTrustCommands(program);
  addAttestCommand(program);
  addEvidenceCommands(program);
  addPolicyCommands(program);
  addPackageCommands(program);
  addLoadCommands(program);
  addRecordCommands(program);
  addStationCommand(program);
  addVirtualCommand(program);
  addErrorsCommand(program);
  return program;
}

/** Help and version end with 0; any other commander complaint is a usage error, as JSON when asked. */
function endWithUsage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return 0;
  const usage = new ProvisionerError('usage.invalid', error.message.replace(/^error: /, ''));
  return json ? printError(usage, true) : entryOf('usage.invalid').exitCode;
}

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  const json = process.argv.includes('--json');
  process.exitCode = error instanceof CommanderError ? endWithUsage(error, json) : printError(error, json);
}
