import type { ReactNode } from 'react';

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="report__part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
