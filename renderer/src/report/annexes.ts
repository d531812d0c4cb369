export const annexes = [
  { value: 'with', label: 'With the readings as an annex' },
  { value: 'without', label: 'Without the readings' },
] as const;
export type Annexed = (typeof annexes)[number]['value'];
