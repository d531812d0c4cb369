import type { ClassEvaluation } from '../../../src/clinic/entities/index.ts';

interface ConfusionProps {
  title: string;
  shares: readonly (readonly number[])[];
  confusion: ClassEvaluation['confusion'];
}

/** What images are (rows) and what is named (columns), as shares of a row. */
export function Confusion({ title, shares, confusion: { rows, columns } }: ConfusionProps) {
  return (
    <div className="table-box">
      <table className="table confusion">
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((code) => (
              <th key={code} scope="col">
                {code}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column, place) => {
                const share = shares[at]?.[place] ?? 0;
                return (
                  <td
                    key={column}
                    className={row === column ? 'confusion__right' : 'confusion__wrong'}
                    style={{ '--share': share } as React.CSSProperties}
                  >
                    {share >= 0.005 ? Math.round(share * 100) : ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
