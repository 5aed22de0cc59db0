// Which nonce and which version were sealed under which class key: the durable SealLedger.
import { toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Clock } from '../clock.ts';
import type { SealEntry, SealLedger } from '../package/seal-ledger.ts';
import { appendJournal } from '../records/journal.ts';
import type { Database } from './database.ts';

export const createSealLedger = (db: Database, clock: Clock): SealLedger => ({
  claim: (entry) =>
    db.transaction().execute(async (tx) => {
      const nonce = toHex(entry.nonce);
      const before = await tx.selectFrom('seals').selectAll().where('key_id', '=', entry.keyId).execute();
      if (before.some((seal) => seal.nonce === nonce)) {
        throw new ProvisionerError('key.nonce-reused', `nonce ${nonce} under key ${entry.keyName}`);
      }
      const other = before.find((seal) => !isSameVersion(seal, entry));
      if (other && !entry.allowKeyReuse) {
        const sealed = `${other.package_id} ${other.package_version}`;
        throw new ProvisionerError(
          'key.version-reused',
          `key ${entry.keyName} has sealed ${sealed} already`,
          { details: { sealed } },
        );
      }
      const at = clock.now().toISOString();
      const about = {
        key_id: entry.keyId,
        key_name: entry.keyName,
        package_id: entry.packageId,
        package_version: entry.packageVersion,
      };
      await tx
        .insertInto('seals')
        .values({ ...about, nonce, at })
        .execute();
      const kind = other ? 'class-key-reused' : 'sealed';
      await appendJournal(tx, clock, {
        kind,
        body: {
          keyName: entry.keyName,
          keyId: entry.keyId,
          package: entry.packageId,
          version: entry.packageVersion,
        },
      });
    }),
});

const isSameVersion = (seal: { package_id: string; package_version: string }, entry: SealEntry): boolean =>
  seal.package_id === entry.packageId && seal.package_version === entry.packageVersion;
