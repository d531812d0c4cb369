import { type ClinicSettings, clinicSettings } from '../../clinic/entities/index.ts';
import type { Connection } from '../connection.ts';
import { decode } from './decode.ts';

export class SettingsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(): ClinicSettings {
    const row = this.#connection.get('SELECT lock_after_ms AS lockAfterMs FROM clinic_settings');
    return decode(clinicSettings, row, 'settings of the clinic');
  }

  set({ lockAfterMs }: ClinicSettings): void {
    this.#connection.run('UPDATE clinic_settings SET lock_after_ms = :lockAfterMs', {
      lockAfterMs,
    });
  }
}
