import { type Admission, admission } from '../../../src/processes/greeting.ts';
import { NotLetIn } from './greeting.ts';

/** In the tab's own storage, so that a reload does not forget it; another port's pages cannot read it. */
const key = 'dermaspike.admission';

let token = takeToken();
let kept = stored();

/**
 * What lets this page connect; a link's token is exchanged for it first. Throws `NotLetIn`, and what
 * `fetch` does while there is no shell.
 */
export async function ownAdmission(): Promise<Admission> {
  if (token) {
    const answer = await fetch('/admission', { method: 'POST', body: token });
    token = undefined;
    if (answer.ok) keep(admission.parse(await answer.json()));
  }
  if (kept) return kept;
  throw new NotLetIn('This page was opened without a link, or by one that was used already.');
}

/** The shell that gave it has ended. */
export function forgetAdmission(): void {
  keep(undefined);
}

/** From `/open#TOKEN`, and out of the address. */
function takeToken(): string | undefined {
  if (location.pathname !== '/open') return undefined;
  const found = location.hash.slice(1);
  history.replaceState(null, '', '/');
  return found || undefined;
}

function stored(): Admission | undefined {
  try {
    return admission.parse(JSON.parse(sessionStorage.getItem(key) ?? ''));
  } catch {
    return undefined; // There is none, or storage is switched off.
  }
}

function keep(found: Admission | undefined): void {
  kept = found;
  try {
    if (found) sessionStorage.setItem(key, JSON.stringify(found));
    else sessionStorage.removeItem(key);
  } catch {
    // Without storage it holds until a reload.
  }
}
