import type { HeadVersion, User } from '../../clinic/entities/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import { needsSecondUser } from '../access.ts';
import { StationError } from '../errors.ts';

/**
 * Throws StationError `not-allowed` where another user must do it, or an administrator with a reason
 * since a class falls beyond its limit; and `learning-refused` for what can no longer be approved.
 */
export function approveVersion(
  store: ClinicStore,
  user: User,
  number: number,
  reason: string | null,
): HeadVersion {
  const version = store.headVersions.get(number);
  if (version.state !== 'evaluated') {
    throw new StationError(
      'learning-refused',
      `Version ${number} is ${version.state} already. Learn the classes again for a new version.`,
    );
  }
  if (version.authorId === user.id && needsSecondUser(store, 'classes.approve')) {
    throw new StationError(
      'not-allowed',
      `You learned version ${number}; another user must approve it.`,
    );
  }
  const falls = version.evaluation.guards.some(({ kind }) => kind === 'fall');
  if (falls && (user.role !== 'administrator' || reason === null)) {
    throw new StationError(
      'not-allowed',
      'A class falls beyond its limit. Only an administrator can approve that, with a written reason.',
    );
  }
  store.headVersions.approve(version, user.id, falls ? reason : null);
  return store.headVersions.get(number);
}
