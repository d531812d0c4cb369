import type { ReactNode } from 'react';

/** The interface's own line icons, on a 20 × 20 grid with 1.5 strokes. Always decoration. */
const shapes = {
  worklist: <path d="M7 5.5h9M7 10h9M7 14.5h9M3.5 5.5h.01M3.5 10h.01M3.5 14.5h.01" />,
  patients: (
    <path d="M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.4-3 2.8-4.5 6-4.5s5.6 1.5 6 4.5" />
  ),
  about: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9v4.5M10 6.5h.01" />,
  search: <path d="M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l3.5 3.5" />,
  lock: <path d="M5 9h10v7.5H5ZM7 9V6.5a3 3 0 0 1 6 0V9" />,
  plus: <path d="M10 4v12M4 10h12" />,
  minus: <path d="M4 10h12" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  check: <path d="m4 10.5 4 4 8-9" />,
  chevron: <path d="m7.5 5 5 5-5 5" />,
  back: <path d="m12.5 5-5 5 5 5" />,
  down: <path d="m5 7.5 5 5 5-5" />,
  up: <path d="m5 12.5 5-5 5 5" />,
  upload: <path d="M10 13V4M6.5 7.5 10 4l3.5 3.5M4 13v3.5h12V13" />,
  warning: <path d="M10 3.5 17.5 16.5h-15ZM10 8.5v3.5M10 14.3h.01" />,
  error: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.5 7.5l5 5M12.5 7.5l-5 5" />,
  edit: <path d="m4 16 .8-3.2L13.5 4.1l2.4 2.4-8.7 8.7ZM11.8 5.8l2.4 2.4" />,
  archive: <path d="M3 4h14v3.5H3ZM4.5 7.5v9h11v-9M8 10.5h4" />,
  restore: <path d="M4 5v4h4M4.3 9A6.2 6.2 0 1 1 4 12" />,
  remove: <path d="M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5" />,
  move: <path d="M3.5 4.5v11h6M9 10h8M13.5 6.5 17 10l-3.5 3.5" />,
  merge: <path d="M4 4.5c0 4 3.5 5.5 8 5.5h4.5M4 15.5c0-4 3.5-5.5 8-5.5M13.5 7l3 3-3 3" />,
  refresh: <path d="M16 5v4h-4M15.7 9A6.2 6.2 0 1 0 16 12" />,
  copy: <path d="M7 7h9v9.5H7ZM4 13V3.5h9" />,
  save: <path d="M10 3v8.5M6.5 8 10 11.5 13.5 8M4 13v3.5h12V13" />,
  print: <path d="M6 8V3.5h8V8M6 13.5H3.5V8h13v5.5H14M6 11.5h8v5H6Z" />,
  image: <path d="M3.5 4.5h13v11h-13ZM3.5 13l4-4 3.5 3.5 2-2 3.5 3.5M12.7 7.7h.01" />,
  device: (
    <path d="M6 6h8v8H6ZM8 3.5V6M12 3.5V6M8 14v2.5M12 14v2.5M3.5 8H6M3.5 12H6M14 8h2.5M14 12h2.5" />
  ),
  opinions: <path d="M3.5 4h9v6.5H8L5.5 13v-2.5h-2ZM14 7.5h2.5V14h-2v2L12 14H9" />,
  history: <path d="M4 5v3.5h3.5M4.3 8.5A6.2 6.2 0 1 1 4 11.5M10 7v3.5l2.5 1.5" />,
  fit: <path d="M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4" />,
  expand: <path d="M11.5 3.5h5v5M16.5 3.5l-6 6M8.5 16.5h-5v-5M3.5 16.5l6-6" />,
  shrink: <path d="M16.5 8.5h-5v-5M11.5 8.5l5.5-5.5M3.5 11.5h5v5M8.5 11.5 3 17" />,
  settings: (
    <path d="M3 6h7M14 6h3M3 14h3M10 14h7M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z" />
  ),
  more: <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" />,
  keyboard: (
    <path d="M2.5 5.5h15v9h-15ZM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7" />
  ),
  sun: (
    <path d="M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4" />
  ),
  moon: <path d="M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3Z" />,
  screen: <path d="M3 4h14v9.5H3ZM7.5 16.5h5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}

/** The product's mark: a spike on a membrane. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="mark">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M5 19h5.5l2-4 2.5 9 3-18 3 13h6"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
