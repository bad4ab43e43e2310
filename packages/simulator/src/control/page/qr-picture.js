/** Reads the QR code in a picture. Rejects with a sentence that says what to do. */
export async function readQr(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('That file is not a picture.');
  });
  const text = findQr(bitmap);
  if (text) return text;
  throw new Error(
    'There is no readable QR code in that picture: cut it closer, with a white margin, and try again.',
  );
}

/** Screenshots come in all sizes: small codes are read better enlarged, large ones faster reduced. */
function findQr(bitmap) {
  for (const side of [600, 1000, 1600, 360]) {
    const scale = side / Math.max(bitmap.width, bitmap.height);
    const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    const found = globalThis.jsQR(context.getImageData(0, 0, width, height).data, width, height);
    if (found?.data) return found.data;
  }
  return undefined;
}
