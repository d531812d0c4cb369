import { quality } from '../../clinic/entities/index.ts';
import { deciders, none, query } from './procedures.ts';

export const qualityProcedures = {
  /** A clinician is told of themselves and the network; an administrator of every reader. */
  'quality.get': query(deciders, none, quality),
} as const;
