import { openRenderer } from '../test/renderer/browser.ts';
const { default: shots } = await import('./list.ts');
const only = process.argv[2];
const b = await openRenderer();
for (const { name, hash, arrange, sizes = [[1280, 800]], schemes = ['light'], scenario } of shots as any[]) {
  if (only && !new RegExp(only).test(name)) continue;
  for (const [w, h] of sizes) for (const scheme of schemes) {
    try {
      const page = await b.open({ hash, widthPx: w, heightPx: h, scheme, ...(scenario && { scenario }) });
      page.setDefaultTimeout(30000);
      try { await arrange?.(page); } catch (e) { console.log(name, String(e).slice(0, 700)); }
      await page.waitForTimeout(500);
      await page.screenshot({ path: `/tmp/fshots/${name}-${w}-${scheme}.png` });
      await page.close();
    } catch (e) { console.log(name, String(e).slice(0, 300)); }
  }
}
console.log(JSON.stringify(b.consoleErrors.slice(0, 10)));
await b.close();
