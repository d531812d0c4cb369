import type { ExitCode, Terminal } from '../command.ts';
import { UsageError } from '../command.ts';
import type { TrialReport } from './trial.ts';

/** Shows what came of it. Nothing may be lost, doubled or crash. */
export function showReport(
  report: TrialReport & { readonly unplugged?: number },
  isRight: boolean,
  json: boolean | undefined,
  terminal: Terminal,
): ExitCode {
  const { requests, completed, cancelled, fellBack, fallbackP99Ms } = report;
  const { lost, doubled, wrong, crashes } = report;
  const isSound = isRight && lost + doubled + crashes === 0;
  terminal.progress('');
  if (json) terminal.out(JSON.stringify(report));
  else
    terminal.out(
      `${isSound ? 'ok  ' : 'FAIL'}  ${requests} images asked for, ${completed} answered, ` +
        `${cancelled} cancelled; ${lost} lost, ${doubled} doubled, ${wrong} wrong, ` +
        `${crashes} crashes; ${fellBack} fell back, 99 % of them within ${fallbackP99Ms} ms`,
    );
  return isSound ? 0 : 1;
}

/** The value of an option that takes a whole number from 1 on. */
export function positive(value: string, option: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value))
    throw new UsageError(`--${option} takes a whole number, 1 or more.`);
  return Number(value);
}
