// A photo as it may leave the phone: at most 1600 pixels, upright, painted anew, so that no metadata is left.
const MAX_PIXELS = 1600;
const QUALITY = 0.82;
export const MEDIA_TYPE = "image/jpeg";

/** The bytes of a picture file, painted anew as a JPEG (ArrayBuffer). Throws where the browser cannot read it. */
export async function painted(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await jpegOf(image);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function jpegOf(image) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, MAX_PIXELS / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const brush = canvas.getContext("2d");
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, MEDIA_TYPE, QUALITY));
  canvas.width = canvas.height = 0; // a phone's memory is small
  if (!blob) throw new Error("this picture cannot be painted");
  return blob.arrayBuffer();
}
