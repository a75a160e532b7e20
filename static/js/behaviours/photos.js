// Photos from a phone: made smaller before they travel, and shown before they are sent.
//
// <input type="file" accept="image/*" multiple data-shrink="1600"> · <div class="photos" data-previews></div> in the same form

const QUALITY = 0.82;
const SMALL = 400 * 1024;

async function shrink(file, longest) {
  if (!file.type.startsWith("image/") || file.size < SMALL) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file; // a format this browser cannot read; the server can
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg", lastModified: file.lastModified }) : file;
}

function preview(input) {
  const place = input.form?.querySelector("[data-previews]");
  place?.replaceChildren(...[...input.files].filter((file) => file.type.startsWith("image/")).map((file) => {
    const figure = document.createElement("figure");
    const image = new Image();
    figure.className = "photo";
    image.alt = file.name;
    image.src = URL.createObjectURL(file);
    image.onload = () => URL.revokeObjectURL(image.src);
    figure.append(image);
    return figure;
  }));
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-shrink]")) return;
  const button = input.form?.querySelector("button:not([type=button])");
  button?.setAttribute("aria-busy", "true");
  const small = new DataTransfer();
  for (const file of input.files) small.items.add(await shrink(file, Number(input.dataset.shrink)));
  input.files = small.files;
  button?.removeAttribute("aria-busy");
  preview(input);
});
