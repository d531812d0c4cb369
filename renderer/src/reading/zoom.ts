/** How an image lies in its frame: screen pixels per image pixel, and its centre's offset. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const maxScale = 16;

export function fitTo(image: Size, frame: Size): Placement {
  const scale = Math.min(frame.width / image.width, frame.height / image.height);
  return { scale, x: 0, y: 0 };
}

/** Scales about a point of the frame, given from the frame's centre. */
export function zoomAbout(
  from: Placement,
  factor: number,
  point: { readonly x: number; readonly y: number },
  image: Size,
  frame: Size,
): Placement {
  const least = Math.min(fitTo(image, frame).scale, 1);
  const scale = Math.min(maxScale, Math.max(least, from.scale * factor));
  const ratio = scale / from.scale;
  return keepInSight(
    { scale, x: point.x - (point.x - from.x) * ratio, y: point.y - (point.y - from.y) * ratio },
    image,
    frame,
  );
}

/** An image larger than its frame fills it; a smaller one stays in the middle. */
export function keepInSight({ scale, x, y }: Placement, image: Size, frame: Size): Placement {
  const limit = (offset: number, imagePx: number, framePx: number) => {
    const room = Math.max(0, (imagePx * scale - framePx) / 2);
    return Math.min(room, Math.max(-room, offset));
  };
  return {
    scale,
    x: limit(x, image.width, frame.width),
    y: limit(y, image.height, frame.height),
  };
}
