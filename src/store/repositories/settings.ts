import { z } from 'zod';
import {
  type BackupSchedule,
  backupSchedule,
  type ClinicSettings,
  clinicSettings,
} from '../../clinic/entities/index.ts';
import type { Connection } from '../connection.ts';
import { decode } from './decode.ts';

const settingsRow = clinicSettings.extend({ impressionFirst: z.literal([0, 1]) });
const scheduleRow = backupSchedule.extend({ onLeaving: z.literal([0, 1]) });

export class SettingsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(): ClinicSettings {
    const row = this.#connection.get(`
      SELECT lock_after_ms AS lockAfterMs, impression_first AS impressionFirst FROM clinic_settings`);
    const { lockAfterMs, impressionFirst } = decode(settingsRow, row, 'settings of the clinic');
    return { lockAfterMs, impressionFirst: impressionFirst === 1 };
  }

  set({ lockAfterMs, impressionFirst }: ClinicSettings): void {
    this.#connection.run(
      'UPDATE clinic_settings SET lock_after_ms = :lockAfterMs, impression_first = :impressionFirst',
      { lockAfterMs, impressionFirst: Number(impressionFirst) },
    );
  }

  backupSchedule(): BackupSchedule {
    const row = this.#connection.get(`
      SELECT backup_every_hours AS everyHours, backup_on_leaving AS onLeaving,
        proof_every_days AS proofEveryDays
      FROM clinic_settings`);
    const schedule = decode(scheduleRow, row, 'schedule of the backups');
    return { ...schedule, onLeaving: schedule.onLeaving === 1 };
  }

  setBackupSchedule({ everyHours, onLeaving, proofEveryDays }: BackupSchedule): void {
    this.#connection.run(
      `UPDATE clinic_settings SET backup_every_hours = :everyHours,
        backup_on_leaving = :onLeaving, proof_every_days = :proofEveryDays`,
      { everyHours, onLeaving: Number(onLeaving), proofEveryDays },
    );
  }
}
