import { z } from 'zod';
import { type ClinicSettings, clinicSettings } from '../../clinic/entities/index.ts';
import type { Connection } from '../connection.ts';
import { decode } from './decode.ts';

const settingsRow = clinicSettings.extend({ impressionFirst: z.literal([0, 1]) });

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
}
