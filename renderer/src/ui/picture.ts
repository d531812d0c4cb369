import { useEffect, useState } from 'react';

/** A picture's bytes as an address for `<img>`, valid while the component is shown. */
export function useBlobUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

export function toBlob(picture: { bytes: Uint8Array; mediaType: string }): Blob {
  return new Blob([picture.bytes as Uint8Array<ArrayBuffer>], { type: picture.mediaType });
}
