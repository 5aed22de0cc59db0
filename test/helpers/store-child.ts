// One of several processes of a station. Usage: node store-child.ts journal|keys DATABASE LABEL COUNT
// Prints a line for each thing that is durably written.
import { systemClock } from '../../electron/core/clock.ts';
import { openVault } from '../../electron/core/keys/vault.ts';
import { writeJournal } from '../../electron/core/records/journal.ts';
import { openDatabase } from '../../electron/core/store/database.ts';

export const childPassphrase = 'TEST passphrase of the children';

async function run([mode, path = '', label = '', count = '0']: readonly string[]): Promise<void> {
  const db = openDatabase(path);
  const vault = mode === 'keys' ? await openVault(db, systemClock, { passphrase: childPassphrase }) : null;
  for (let at = 0; at < Number(count); at += 1) {
    if (vault) await vault.createKey(`${label}-${at}`);
    else await writeJournal(db, systemClock, { kind: 'note', body: { label, at } });
    process.stdout.write(`${label}-${at}\n`);
  }
  await db.destroy();
}

if (import.meta.main) await run(process.argv.slice(2));
