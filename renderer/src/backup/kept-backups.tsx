import type { KeptBackup } from '../../../src/clinic/entities/index.ts';
import { Button } from '../ui/button.tsx';
import { formatDate, formatDateTime } from '../wording/dates.ts';
import { formatBytes } from '../wording/numbers.ts';
import '../ui/table.css';

interface KeptBackupsProps {
  backups: readonly KeptBackup[];
  isBusy: boolean;
  onProve: (backup: KeptBackup) => void;
}

/** What the medium holds, the newest first. */
export function KeptBackups({ backups, isBusy, onProve }: KeptBackupsProps) {
  return (
    <>
      {backups.length === 0 ? (
        <p className="soft">There is none in this folder yet.</p>
      ) : (
        <div className="table-box">
          <table className="table backup__kept">
            <caption className="visually-hidden">Backups on the medium, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Made</th>
                <th scope="col">Brings back</th>
                <th scope="col">Proven</th>
                <th scope="col">
                  <span className="visually-hidden">Action</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {backups.map((backup) => (
                <tr key={backup.id}>
                  <td className="nowrap">{formatDateTime(backup.madeAt)}</td>
                  <td className="nowrap">{formatBytes(backup.sizeBytes)}</td>
                  <td>{proofText(backup)}</td>
                  <td className="table__number">
                    <Button
                      small
                      busy={isBusy}
                      aria-label={`Prove the backup of ${formatDateTime(backup.madeAt)}`}
                      onClick={() => onProve(backup)}
                    >
                      Prove…
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="faint">
        Kept are the last of each of seven days, five weeks and twelve months, the newest three, and
        the newest that was proven. What they share is stored once.
      </p>
    </>
  );
}

function proofText({ proof }: KeptBackup): string {
  if (!proof) return 'not yet';
  return proof.whole ? `whole on ${formatDate(proof.at)}` : `damaged on ${formatDate(proof.at)}`;
}
