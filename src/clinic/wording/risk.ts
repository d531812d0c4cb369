import { t } from '../../language/index.ts';
import type { RiskFactors } from '../entities/index.ts';

export const riskFactorNames: Record<keyof RiskFactors, string> = {
  hadMelanoma: t('Melanoma before'),
  hadKeratinocyteCancer: t('Other skin cancer before'),
  familyMelanoma: t('Melanoma in the family'),
  naevusCount: t('Number of naevi'),
  atypicalNaevi: t('Atypical naevi'),
  immunosuppressed: t('Immunosuppressed'),
};

export const naevusCountNames: Record<NonNullable<RiskFactors['naevusCount']>, string> = {
  'under-50': t('Fewer than 50'),
  '50-100': t('50 to 100'),
  'over-100': t('More than 100'),
};

/** What is known to raise the risk, in words; empty where nothing is. */
export function raisedRisks(risk: RiskFactors): string[] {
  const names: string[] = [];
  if (risk.hadMelanoma === 'yes') names.push(riskFactorNames.hadMelanoma);
  if (risk.hadKeratinocyteCancer === 'yes') names.push(riskFactorNames.hadKeratinocyteCancer);
  if (risk.familyMelanoma === 'yes') names.push(riskFactorNames.familyMelanoma);
  if (risk.naevusCount === 'over-100') names.push(t('More than 100 naevi'));
  if (risk.naevusCount === '50-100') names.push(t('50 to 100 naevi'));
  if (risk.atypicalNaevi === 'yes') names.push(riskFactorNames.atypicalNaevi);
  if (risk.immunosuppressed === 'yes') names.push(riskFactorNames.immunosuppressed);
  return names;
}

const answerNames = { yes: t('yes'), no: t('no') };

/** What a risk factor of a patient's form says, in words. */
export function riskFactorText(risk: RiskFactors, factor: keyof RiskFactors): string {
  if (factor === 'naevusCount')
    return risk.naevusCount ? naevusCountNames[risk.naevusCount] : t('not asked');
  const answer = risk[factor];
  return answer ? answerNames[answer] : t('not asked');
}
