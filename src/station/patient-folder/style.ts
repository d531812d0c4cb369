/** Of the summary: read on any screen and printed on A4, with the system's own fonts. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f3f6f6;
  --sheet: #fff;
  --line: #dce3e4;
  --text: #142022;
  --soft: #435458;
  --accent: #0a6268;
  --caution: #fdf2df;
  --caution-line: #e8cd9b;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1415;
    --sheet: #161d1f;
    --line: #2a3538;
    --text: #e6eded;
    --soft: #b4c2c5;
    --accent: #5fc6c6;
    --caution: #33270f;
    --caution-line: #614c22;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  padding: 24px 16px 48px;
  background: var(--ground);
  color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  max-width: 900px;
  margin: 0 auto;
  padding: clamp(20px, 5vw, 48px);
  background: var(--sheet);
  border: 1px solid var(--line);
  border-radius: 10px;
}
.origin {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 4px 24px;
  padding-bottom: 10px;
  border-bottom: 2px solid var(--accent);
  color: var(--soft);
  font-size: 14px;
}
.origin strong { color: var(--text); }
h1 { margin: 24px 0 2px; font-size: 30px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 4px; font-size: 20px; overflow-wrap: anywhere; }
h3 { margin: 20px 0 6px; color: var(--soft); font-size: 13px; letter-spacing: .04em; text-transform: uppercase; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.note { white-space: pre-line; }
.lesion { border-top: 1px solid var(--line); margin-top: 32px; }
.lesion h2 { margin-top: 24px; }
ul { margin: 0; padding-left: 20px; }
li { margin: 2px 0; overflow-wrap: anywhere; }
.contents { columns: 2 260px; }
.pictures {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(240px, 1fr));
  gap: 16px;
}
figure { margin: 0; break-inside: avoid; }
figure img {
  display: block;
  width: 100%;
  aspect-ratio: 4 / 3;
  object-fit: contain;
  background: #14181a;
  border-radius: 6px;
}
a.overview { display: block; position: relative; }
a.overview img { aspect-ratio: auto; }
.mark {
  position: absolute;
  translate: -50% -50%;
  min-width: 20px;
  padding: 0 4px;
  background: #fff;
  border: 2px solid #0a6268;
  border-radius: 10px;
  color: #0a6268;
  font-size: 11px;
  font-weight: 700;
  line-height: 16px;
  text-align: center;
  print-color-adjust: exact;
}
figcaption { margin-top: 6px; font-size: 14px; line-height: 1.4; }
figcaption p { margin: 1px 0; }
a { color: var(--accent); }
.advice { margin-top: 32px; color: var(--soft); font-size: 14px; }
.warning {
  margin: 12px 0 0;
  padding: 12px 16px;
  background: var(--caution);
  border: 1px solid var(--caution-line);
  border-radius: 6px;
  font-size: 14px;
}
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  body { padding: 0; background: none; font-size: 10.5pt; }
  main { max-width: none; padding: 0; border: 0; }
  h1 { font-size: 20pt; }
  h2 { font-size: 13pt; }
  h2, h3 { break-after: avoid; }
  .pictures { grid-template-columns: repeat(2, 1fr); }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
}
`;
