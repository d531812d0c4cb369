/** Numbers that look random and are the same each time. */
export function randomFrom(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) % 100_000) / 100_000;
  };
}

/** A drawn lesion on drawn skin, as PNG. */
export async function drawLesion(seed: number, widthPx: number, aspect = 1): Promise<Uint8Array> {
  const random = randomFrom(seed);
  const heightPx = Math.round(widthPx / aspect);
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('No 2D canvas.');
  const skin = pen.createRadialGradient(
    widthPx * 0.45,
    heightPx * 0.4,
    widthPx * 0.1,
    widthPx / 2,
    heightPx / 2,
    widthPx * 0.75,
  );
  skin.addColorStop(0, `hsl(${18 + random() * 8} 62% ${76 + random() * 6}%)`);
  skin.addColorStop(1, `hsl(${14 + random() * 8} 45% ${62 + random() * 6}%)`);
  pen.fillStyle = skin;
  pen.fillRect(0, 0, widthPx, heightPx);
  const unit = Math.min(widthPx, heightPx);
  const x = widthPx * (0.44 + random() * 0.12);
  const y = heightPx * (0.44 + random() * 0.12);
  const hue = 14 + random() * 14;
  for (let layer = 0; layer < 5; layer++) {
    const radius = unit * (0.3 - layer * 0.045) * (0.8 + random() * 0.4);
    pen.fillStyle = `hsl(${hue - layer * 2} ${48 + layer * 4}% ${48 - layer * 8}% / 0.75)`;
    pen.beginPath();
    const lobes = 9;
    for (let step = 0; step <= lobes; step++) {
      const angle = (step / lobes) * Math.PI * 2;
      const reach = radius * (0.82 + random() * 0.36);
      const point = [x + Math.cos(angle) * reach, y + Math.sin(angle) * reach] as const;
      const bend = angle - Math.PI / lobes;
      if (step === 0) pen.moveTo(...point);
      else
        pen.quadraticCurveTo(
          x + Math.cos(bend) * radius * 1.12,
          y + Math.sin(bend) * radius * 1.12,
          ...point,
        );
    }
    pen.fill();
  }
  for (let dot = 0; dot < 40; dot++) {
    pen.fillStyle = `hsl(${hue} 60% ${16 + random() * 14}% / 0.6)`;
    pen.beginPath();
    const angle = random() * Math.PI * 2;
    const reach = random() * unit * 0.24;
    const size = unit * (0.004 + random() * 0.01);
    pen.arc(x + Math.cos(angle) * reach, y + Math.sin(angle) * reach, size, 0, Math.PI * 2);
    pen.fill();
  }
  pen.strokeStyle = 'rgb(40 28 20 / 55%)';
  pen.lineWidth = Math.max(1, unit * 0.004);
  for (let hair = 0; hair < 5; hair++) {
    pen.beginPath();
    pen.moveTo(random() * widthPx, random() * heightPx);
    pen.quadraticCurveTo(
      random() * widthPx,
      random() * heightPx,
      random() * widthPx,
      random() * heightPx,
    );
    pen.stroke();
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

/** A drawn back, or an arm, three wide and four high, as PNG. */
export async function drawOverview(heightPx: number, isBack: boolean): Promise<Uint8Array> {
  const random = randomFrom(isBack ? 5 : 6);
  const widthPx = Math.round(heightPx * 0.75);
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('No 2D canvas.');
  pen.scale(widthPx / 3, heightPx / 4);
  pen.fillStyle = '#5b6f78';
  pen.fillRect(0, 0, 3, 4);
  pen.fillStyle = 'hsl(22 48% 74%)';
  pen.beginPath();
  if (isBack) {
    pen.ellipse(1.5, 2.6, 0.95, 1.9, 0, 0, Math.PI * 2);
    pen.ellipse(1.5, 1.1, 1.25, 0.5, 0, 0, Math.PI * 2);
    pen.rect(1.2, -0.1, 0.6, 1);
  } else pen.ellipse(1.4, 2, 0.5, 2.3, 0.2, 0, Math.PI * 2);
  pen.fill();
  for (let spot = 0; spot < 24; spot++) {
    pen.fillStyle = `hsl(18 45% ${30 + random() * 20}%)`;
    pen.beginPath();
    const at = [1.5 + (random() - 0.5) * (isBack ? 1.5 : 0.5), 0.9 + random() * 2.6] as const;
    pen.arc(...at, 0.012 + random() * 0.02, 0, Math.PI * 2);
    pen.fill();
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
