import { BackupError } from '../../store/index.ts';

const patienceMs = 5_000;

/** What a medium answers, unless it hangs: a share that is gone may not answer for minutes. */
export async function soon<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new BackupError(
            'medium-failed',
            'The backup medium does not answer. Check that it is connected, then try again.',
          ),
        ),
      patienceMs,
    );
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
